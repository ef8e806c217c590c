/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Groups of modules, found from the functions of the kernel's frameworks that a module calls. Paths
 * play no part, so that modules from outside the kernel fall into place, too.
 */
#include <stdlib.h>
#include <string.h>

#include "base/macros.h"
#include "kmod/kmodsel_int.h"

enum {
	GROUP_CRYPTO = 1 << 0,
	GROUP_FS = 1 << 1,
	GROUP_INPUT = 1 << 2,
	GROUP_NET = 1 << 3,
	GROUP_STORAGE = 1 << 4,
	GROUP_USB = 1 << 5,
	/* Evidence against, not groups. */
	NOT_WIRED = 1 << 16,
	NOT_CPU = 1 << 17,
};

static const struct group {
	const char *name;
	uint32_t bit, against;
} groups[] = {
	/* Ciphers, digests and compressors that run on the CPU; engines on a bus need their own patterns. */
	{ "crypto", GROUP_CRYPTO, NOT_CPU },
	/* File systems and the character sets they load by name. */
	{ "fs", GROUP_FS, 0 },
	/* Keyboards and what sits between them and the bus: for passphrases. */
	{ "input", GROUP_INPUT, 0 },
	/* Wired network interfaces and their PHYs. */
	{ "net", GROUP_NET, NOT_WIRED },
	/* Disks, their controllers, and what stacks block devices. */
	{ "storage", GROUP_STORAGE, 0 },
	/* USB host controllers. */
	{ "usb", GROUP_USB, 0 },
};

static const struct symbol_row {
	const char *symbol;
	uint32_t evidence;
} symbols[] = {
	/* sorted bytewise: searched by halves */
	{ "__alloc_disk_node", GROUP_STORAGE },
	{ "__blk_alloc_disk", GROUP_STORAGE },
	{ "__blk_mq_alloc_disk", GROUP_STORAGE },
	{ "__hid_register_driver", GROUP_INPUT },
	{ "__ieee80211_alloc_hw_nm", NOT_WIRED },
	{ "__register_nls", GROUP_FS },
	{ "__scsi_register_driver", GROUP_STORAGE },
	{ "__serio_register_driver", GROUP_INPUT },
	{ "add_mtd_blktrans_dev", GROUP_STORAGE },
	{ "alloc_etherdev_mqs", GROUP_NET },
	{ "ata_host_activate", GROUP_STORAGE },
	{ "ata_host_alloc", GROUP_STORAGE },
	{ "ata_host_alloc_pinfo", GROUP_STORAGE },
	{ "ata_pci_bmdma_init_one", GROUP_STORAGE },
	{ "ata_pci_sff_init_one", GROUP_STORAGE },
	{ "ata_port_alloc", GROUP_STORAGE },
	{ "ata_sas_port_alloc", GROUP_STORAGE },
	{ "blk_mq_alloc_disk_for_queue", GROUP_STORAGE },
	{ "crypto_register_acomp", GROUP_CRYPTO },
	{ "crypto_register_acomps", GROUP_CRYPTO },
	{ "crypto_register_aead", GROUP_CRYPTO },
	{ "crypto_register_aeads", GROUP_CRYPTO },
	{ "crypto_register_ahash", GROUP_CRYPTO },
	{ "crypto_register_ahashes", GROUP_CRYPTO },
	{ "crypto_register_akcipher", GROUP_CRYPTO },
	{ "crypto_register_alg", GROUP_CRYPTO },
	{ "crypto_register_algs", GROUP_CRYPTO },
	{ "crypto_register_kpp", GROUP_CRYPTO },
	{ "crypto_register_rng", GROUP_CRYPTO },
	{ "crypto_register_rngs", GROUP_CRYPTO },
	{ "crypto_register_scomp", GROUP_CRYPTO },
	{ "crypto_register_scomps", GROUP_CRYPTO },
	{ "crypto_register_shash", GROUP_CRYPTO },
	{ "crypto_register_shashes", GROUP_CRYPTO },
	{ "crypto_register_sig", GROUP_CRYPTO },
	{ "crypto_register_skcipher", GROUP_CRYPTO },
	{ "crypto_register_skciphers", GROUP_CRYPTO },
	{ "crypto_register_template", GROUP_CRYPTO },
	{ "crypto_register_templates", GROUP_CRYPTO },
	{ "device_add_disk", GROUP_STORAGE },
	{ "devm_alloc_etherdev_mqs", GROUP_NET },
	{ "devm_mmc_alloc_host", GROUP_STORAGE },
	{ "dm_register_path_selector", GROUP_STORAGE },
	{ "dm_register_target", GROUP_STORAGE },
	{ "dma_alloc_attrs", NOT_CPU },
	{ "dma_map_page_attrs", NOT_CPU },
	{ "dma_map_sg_attrs", NOT_CPU },
	{ "dma_map_sgtable", NOT_CPU },
	{ "ehci_init_driver", GROUP_USB },
	{ "ieee80211_alloc_hw_nm", NOT_WIRED },
	{ "iscsi_host_alloc", GROUP_STORAGE },
	{ "iscsi_register_transport", GROUP_STORAGE },
	/* drivers older than wiphy */
	{ "iwe_stream_add_event", NOT_WIRED },
	{ "md_register_thread", GROUP_STORAGE },
	{ "memstick_alloc_host", GROUP_STORAGE },
	{ "mmc_add_host", GROUP_STORAGE },
	{ "mmc_alloc_host", GROUP_STORAGE },
	{ "nvme_init_ctrl", GROUP_STORAGE },
	{ "nvmf_register_transport", GROUP_STORAGE },
	{ "ohci_init_driver", GROUP_USB },
	{ "phy_driver_register", GROUP_NET },
	{ "phy_drivers_register", GROUP_NET },
	{ "register_filesystem", GROUP_FS },
	{ "register_md_personality", GROUP_STORAGE },
	{ "register_mtd_blktrans", GROUP_STORAGE },
	{ "sas_domain_attach_transport", GROUP_STORAGE },
	{ "scsi_add_host_with_dma", GROUP_STORAGE },
	{ "scsi_host_alloc", GROUP_STORAGE },
	{ "scsi_register_device_handler", GROUP_STORAGE },
	{ "scsi_register_driver", GROUP_STORAGE },
	{ "sdhci_add_host", GROUP_STORAGE },
	{ "sdhci_alloc_host", GROUP_STORAGE },
	{ "sdhci_pltfm_init", GROUP_STORAGE },
	{ "sdhci_pltfm_register", GROUP_STORAGE },
	{ "stmmac_dvr_probe", GROUP_NET },
	{ "stmmac_pltfr_probe", GROUP_NET },
	{ "ufshcd_alloc_host", GROUP_STORAGE },
	{ "ufshcd_init", GROUP_STORAGE },
	{ "ufshcd_pltfrm_init", GROUP_STORAGE },
	{ "usb_add_hcd", GROUP_USB },
	{ "usb_hcd_pci_probe", GROUP_USB },
	{ "usb_hcd_platform_probe", GROUP_USB },
	{ "usb_stor_probe1", GROUP_STORAGE },
	{ "usbnet_probe", GROUP_NET },
	{ "wiphy_new_nm", NOT_WIRED },
	{ "wireless_send_event", NOT_WIRED },
	{ "xhci_gen_setup", GROUP_USB },
	{ "xhci_init_driver", GROUP_USB },
};

/* A driver of hardware says so in its aliases: an engine for ciphers is none of the CPU's. */
static const char *const bus_aliases[] = { "pci:",    "of:",    "acpi",   "platform:",
					   "virtio:", "vmbus:", "fsl-mc:" };

static int compare_symbol(const void *key, const void *row)
{
	return sv_cmp(*(const struct sv *)key, sv_from(((const struct symbol_row *)row)->symbol));
}

uint32_t kmodsel_group_evidence(struct sv symbol)
{
	const struct symbol_row *row =
		bsearch(&symbol, symbols, ARRAY_SIZE(symbols), sizeof(symbols[0]), compare_symbol);

	return row ? row->evidence : 0;
}

uint32_t kmodsel_groups_of(uint32_t evidence, const struct kmodsel_names *aliases)
{
	uint32_t bits = 0;

	for (size_t i = 0; i < aliases->n && (evidence & GROUP_CRYPTO); i++)
		for (size_t k = 0; k < ARRAY_SIZE(bus_aliases); k++)
			if (sv_starts(aliases->v[i], sv_from(bus_aliases[k])))
				evidence |= NOT_CPU;
	for (size_t i = 0; i < ARRAY_SIZE(groups); i++)
		if ((evidence & groups[i].bit) && !(evidence & groups[i].against))
			bits |= groups[i].bit;
	return bits;
}

uint32_t kmodsel_group_by_name(struct sv name)
{
	for (size_t i = 0; i < ARRAY_SIZE(groups); i++)
		if (sv_eq(name, sv_from(groups[i].name)))
			return groups[i].bit;
	return 0;
}

void kmodsel_group_list(struct strbuf *out)
{
	for (size_t i = 0; i < ARRAY_SIZE(groups); i++)
		strbuf_addf(out, "%s@%s", i > 0 ? " " : "", groups[i].name);
}

uint64_t kmodsel_group_digest(void)
{
	_cleanup_strbuf_ struct strbuf all = STRBUF_INIT;

	for (size_t i = 0; i < ARRAY_SIZE(groups); i++)
		strbuf_addf(&all, "%s %x %x\n", groups[i].name, groups[i].bit, groups[i].against);
	for (size_t i = 0; i < ARRAY_SIZE(symbols); i++)
		strbuf_addf(&all, "%s %x\n", symbols[i].symbol, symbols[i].evidence);
	for (size_t i = 0; i < ARRAY_SIZE(bus_aliases); i++)
		strbuf_addf(&all, "%s\n", bus_aliases[i]);
	return sv_hash(strbuf_sv(&all));
}
