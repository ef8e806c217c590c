/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Every setting, in one table: mkosi's (as of its version 27) and our own. recipe(5) prints the same
 * table, and a test compares the two.
 */
#include "recipe/recipe_int.h"

#include <stdlib.h>

#define OFF(field) offsetof(struct recipe, field)
#define HONOURED(name_, section_, fn, off, flags_, why_)                                    \
	{                                                                                   \
		.name = name_, .section = section_, .class = SETTING_HONOURED, .apply = fn, \
		.offset = off, .flags = flags_, .why = why_                                 \
	}
#define NOTED(name_, section_, why_)                                                    \
	{                                                                               \
		.name = name_, .section = section_, .class = SETTING_NOTED, .why = why_ \
	}
#define REFUSED(name_, section_, why_, harmless_)                                          \
	{                                                                                  \
		.name = name_, .section = section_, .class = SETTING_REFUSED, .why = why_, \
		.harmless = harmless_                                                      \
	}

/* clang-format off: one row, one setting */
const struct recipe_setting recipe_settings[] = {
	HONOURED("Architecture", "Distribution", apply_target, 0, 0,
		 "compared with the target; the command line decides"),
	NOTED("Autologin", "Content", "an initrd has no login; EmergencyShell= gives a shell"),
	HONOURED("Base", "Config", apply_scalar, OFF(base), F_BOOL,
		 "no: recipe base does not come first"),
	REFUSED("BaseTrees", "Content", "use ExtraTrees=, whose files lie over those of packages",
		NULL),
	NOTED("BindUser", "Runtime", "kindling runs no images"),
	NOTED("BiosBootloader", "Content", "no boot loader is installed"),
	NOTED("Bootable", "Content", "no boot loader is installed"),
	NOTED("Bootloader", "Content", "no boot loader is installed"),
	NOTED("BuildDirectory", "Build", "nothing is staged on disk"),
	NOTED("BuildKey", "Build", "nothing is staged on disk"),
	NOTED("BuildPackages", "Content", "they serve build scripts only, and there are none"),
	REFUSED("BuildScripts", "Content",
		"nothing is executed: say it with [Files], [Units], [Users] and ExtraTrees=", NULL),
	NOTED("BuildSources", "Build", "there are no scripts"),
	NOTED("BuildSourcesEphemeral", "Build", "there are no scripts"),
	NOTED("CPUs", "Runtime", "kindling runs no images"),
	NOTED("CXL", "Runtime", "kindling runs no images"),
	NOTED("CacheDirectory", "Build", "the cache is named with --cache"),
	NOTED("CacheKey", "Build", "the cache is named with --cache"),
	NOTED("CacheOnly", "Build", "the cache is named with --cache"),
	NOTED("Checksum", "Validation", "the manifest of --manifest names the digest of the image"),
	NOTED("CleanPackageMetadata", "Content",
	      "no database of a package manager is ever written"),
	REFUSED("CleanScripts", "Output",
		"nothing is executed: say it with [Files], [Units], [Users] and ExtraTrees=", NULL),
	HONOURED("CompressLevel", "Output", apply_scalar, OFF(compress_level), F_NUMBER,
		 "level of the compressor"),
	HONOURED("CompressOutput", "Output", apply_compress, OFF(compress), 0,
		 "zstd, xz, gzip, lz4, none, or a boolean"),
	REFUSED("ConfigureScripts", "Config",
		"nothing is executed: say it with [Files], [Units], [Users] and ExtraTrees=", NULL),
	NOTED("Console", "Runtime", "kindling runs no images"),
	NOTED("Credentials", "Runtime", "kindling runs no images"),
	NOTED("Dependencies", "Config", "one image is built; there are no sub-images"),
	NOTED("Devicetrees", "Content", "kindling adds none to a UKI"),
	HONOURED("Disable", "Units", apply_units, OFF(disable), F_WORD | F_RAW, "units to disable"),
	HONOURED("Distribution", "Distribution", apply_target, 0, 0,
		 "compared with the target; the mirror or the command line decides"),
	NOTED("Drives", "Runtime", "kindling runs no images"),
	HONOURED("EmergencyShell", "Content", apply_scalar, OFF(emergency_shell), F_BOOL,
		 "yes: a root shell without password at the emergency prompt"),
	HONOURED("Enable", "Units", apply_units, OFF(enable), F_WORD | F_RAW,
		 "units to enable, as their [Install] section says"),
	NOTED("Environment", "Build", "there are no scripts"),
	NOTED("EnvironmentFiles", "Build", "there are no scripts"),
	NOTED("Ephemeral", "Runtime", "kindling runs no images"),
	NOTED("ExtraSearchPaths", "Build", "kindling needs no tools"),
	HONOURED("ExtraTrees", "Content", apply_trees, 0, 0,
		 "files and folders to put over the packages"),
	REFUSED("FinalizeScripts", "Content",
		"nothing is executed: say it with [Files], [Units], [Users] and ExtraTrees=", NULL),
	NOTED("Firmware", "Runtime", "kindling runs no images"),
	HONOURED("FirmwareExclude", "Content", apply_re_exclude, OFF(firmware), 0,
		 "regular expressions of firmware to leave out"),
	HONOURED("FirmwareFiles", "Content", apply_list, OFF(firmware), 0,
		 "globs of firmware beside what the modules name"),
	HONOURED("FirmwareInclude", "Content", apply_re_include, OFF(firmware), 0,
		 "regular expressions of firmware to take"),
	NOTED("FirmwareVariables", "Runtime", "kindling runs no images"),
	HONOURED("Format", "Output", apply_format, OFF(format), 0, "cpio or uki"),
	NOTED("ForwardJournal", "Runtime", "kindling runs no images"),
	NOTED("History", "Build", "nothing is staged on disk"),
	HONOURED("Hostname", "Content", apply_scalar, OFF(hostname), 0, "host name"),
	HONOURED("Ignore", "Check", apply_check, OFF(check_ignore), F_LINES | F_RAW | F_LATER,
		 "what the check accepts: PATTERN: REASON"),
	HONOURED("ImageId", "Output", apply_scalar, OFF(image_id), 0,
		 "only seen by [Match] ImageId= and by %i"),
	HONOURED("ImageVersion", "Output", apply_scalar, OFF(image_version), 0,
		 "only seen by [Match] ImageVersion= and by %v"),
	HONOURED("Include", "Include", apply_include, 0, 0,
		 "another recipe: a file, a folder, or the name of one"),
	NOTED("Incremental", "Build", "the cache is named with --cache"),
	REFUSED("InitrdPackages", "Content", "this image is the initrd: Packages=", NULL),
	REFUSED("InitrdProfiles", "Content", "this image is the initrd: Profiles=", NULL),
	REFUSED("InitrdVolatilePackages", "Content", "this image is the initrd: Packages=", NULL),
	REFUSED("Initrds", "Content",
		"put what they hold into this image: Packages=, ExtraTrees=", "default"),
	NOTED("KVM", "Runtime", "kindling runs no images"),
	HONOURED("Keep", "Prune", apply_list, OFF(prune_keep), F_RAW | F_LATER,
		 "globs of files that pruning keeps"),
	HONOURED("KeepFiles", "Content", apply_list, OFF(keep_files), 0,
		 "globs of files that RemoveFiles= does not touch"),
	HONOURED("KernelCommandLine", "Content", apply_list, OFF(kernel_command_line),
		 F_BLANK | F_LATER, "kernel command line of a UKI"),
	NOTED("KernelCommandLineExtra", "Runtime", "kindling runs no images"),
	NOTED("KernelInitrdModules", "Content",
	      "kernel modules lie in the one image: KernelModules="),
	HONOURED("KernelModules", "Content", apply_modules, OFF(kernel_modules), F_WORD | F_MODULES,
		 "globs of kernel modules; the last that matches decides"),
	HONOURED("KernelModulesExclude", "Content", apply_re_exclude, OFF(kernel_modules),
		 F_WORD | F_MODULES, "regular expressions of kernel modules to leave out"),
	HONOURED("KernelModulesInclude", "Content", apply_re_include, OFF(kernel_modules),
		 F_WORD | F_MODULES, "regular expressions of kernel modules to take"),
	HONOURED("KernelModulesIncludeHost", "Content", apply_host_modules, OFF(kernel_modules), 0,
		 "yes: the same as KernelModules=host"),
	NOTED("KernelModulesInitrd", "Content",
	      "kernel modules lie in the one image: KernelModules="),
	NOTED("KernelModulesInitrdExclude", "Content",
	      "kernel modules lie in the one image: KernelModules="),
	NOTED("KernelModulesInitrdInclude", "Content",
	      "kernel modules lie in the one image: KernelModules="),
	NOTED("KernelModulesInitrdIncludeHost", "Content",
	      "kernel modules lie in the one image: KernelModules="),
	HONOURED("KernelPackage", "Content", apply_list, OFF(kernel_package), F_WORD,
		 "packages that bring the kernel and its modules"),
	NOTED("Key", "Validation",
	      "the image is signed after the build, by the tool of your choice"),
	HONOURED("Keymap", "Content", apply_scalar, OFF(keymap), 0, "KEYMAP= of vconsole.conf"),
	HONOURED("Line", "Users", apply_users, OFF(users), F_LINES | F_RAW,
		 "a sysusers.d line, or PACKAGE: LINE"),
	NOTED("Linux", "Runtime", "kindling runs no images"),
	NOTED("LocalMirror", "Distribution", "mirrors are named with --mirror"),
	HONOURED("Locale", "Content", apply_scalar, OFF(locale), 0, "LANG= of locale.conf"),
	NOTED("LocaleMessages", "Content", "messages follow Locale="),
	NOTED("Machine", "Runtime", "kindling runs no images"),
	REFUSED("MachineId", "Content",
		"every machine would get the same one; if that is meant: [Files] Write=/etc/machine-id \"...\"",
		NULL),
	NOTED("MakeInitrd", "Content", "every image is an initrd"),
	NOTED("ManifestFormat", "Output", "kindling writes a manifest with --manifest"),
	HONOURED("Mask", "Units", apply_units, OFF(mask), F_WORD | F_RAW, "units to mask"),
	NOTED("MaxMem", "Runtime", "kindling runs no images"),
	NOTED("MicrocodeHost", "Content", "nothing is taken from the CPU of the building machine"),
	NOTED("MinimumVersion", "Config", "counts versions of mkosi"),
	NOTED("Mirror", "Distribution", "mirrors are named with --mirror"),
	HONOURED("Mkdir", "Files", apply_file_op, OFF(files), F_LINES | F_RAW,
		 "a folder: PATH [MODE]"),
	HONOURED("Mode", "Files", apply_file_op, OFF(files), F_LINES | F_RAW,
		 "permissions: PATH MODE"),
	NOTED("NSpawnSettings", "Runtime", "kindling runs no images"),
	HONOURED("Netroot", "Content", apply_scalar, OFF(netroot), F_BOOL,
		 "yes: the boot helper kindling-netroot comes into the image"),
	HONOURED("NetrootDefaults", "Content", apply_list, OFF(netroot_defaults), F_BLANK,
		 "command line words that kindling-netroot assumes"),
	NOTED("OpenPGPTool", "Validation",
	      "the image is signed after the build, by the tool of your choice"),
	HONOURED("Output", "Output", apply_scalar, OFF(output), F_NAME,
		 "name of the image, when the command line gives none"),
	NOTED("OutputDirectory", "Output", "the image is named with -o"),
	NOTED("OutputExtension", "Output", "the image is named with -o"),
	NOTED("OutputMode", "Output", "images always have mode 0600"),
	REFUSED("Overlay", "Output", "an image is always whole", "no false 0 n f off never"),
	HONOURED("Owner", "Files", apply_file_op, OFF(files), F_LINES | F_RAW,
		 "owner: PATH USER:GROUP"),
	NOTED("PackageCacheDirectory", "Build", "the cache is named with --cache"),
	REFUSED("PackageDirectories", "Content",
		"a folder of packages is a mirror: --mirror 'dir file:DIR'", NULL),
	HONOURED("Packages", "Content", apply_list, OFF(packages), F_WORD | F_RICH,
		 "packages to install; ^...$ is a regular expression over names"),
	NOTED("PassEnvironment", "Config", "there are no scripts and no sub-images to pass it to"),
	NOTED("Passphrase", "Validation", "no disk image is made"),
	REFUSED("PostInstallationScripts", "Content",
		"nothing is executed: say it with [Files], [Units], [Users] and ExtraTrees=", NULL),
	REFUSED("PostOutputScripts", "Content",
		"nothing is executed: say it with [Files], [Units], [Users] and ExtraTrees=", NULL),
	REFUSED("PrepareScripts", "Content",
		"nothing is executed: say it with [Files], [Units], [Users] and ExtraTrees=", NULL),
	HONOURED("Profiles", "Config", apply_profiles, 0, F_NAME,
		 "profiles to load from mkosi.profiles/, else recipes of that name"),
	NOTED("ProxyClientCertificate", "Build", "the network is never used"),
	NOTED("ProxyClientKey", "Build", "the network is never used"),
	NOTED("ProxyExclude", "Build", "the network is never used"),
	NOTED("ProxyPeerCertificate", "Build", "the network is never used"),
	NOTED("ProxyUrl", "Build", "the network is never used"),
	HONOURED("Prune", "Prune", apply_scalar, OFF(prune), F_BOOL | F_LATER,
		 "yes: drop files that nothing in the image reaches"),
	NOTED("QemuArgs", "Runtime", "kindling runs no images"),
	NOTED("RAM", "Runtime", "kindling runs no images"),
	HONOURED("RecommendsOf", "Content", apply_list, OFF(recommends_of), F_WORD,
		 "packages whose recommended packages come, too"),
	NOTED("Register", "Runtime", "kindling runs no images"),
	HONOURED("Release", "Distribution", apply_target, 0, 0,
		 "compared with the target; the mirror decides"),
	NOTED("Removable", "Runtime", "kindling runs no images"),
	HONOURED("Remove", "Files", apply_file_op, OFF(files), F_LINES | F_RAW,
		 "a file or folder: PATH"),
	HONOURED("RemoveFiles", "Content", apply_list, OFF(remove_files), 0,
		 "globs of files to leave out"),
	HONOURED("RemovePackages", "Content", apply_list, OFF(remove_packages), F_WORD,
		 "packages whose files are left out"),
	NOTED("RepartDirectories", "Output", "no disk image is made"),
	NOTED("RepartOffline", "Build", "nothing is staged on disk"),
	NOTED("Repositories", "Distribution", "mirrors are named with --mirror"),
	REFUSED("RepositoryKeyCheck", "Distribution",
		"only the command line can turn checks off: --insecure-no-signature",
		"yes true 1 y t on always"),
	NOTED("RepositoryKeyFetch", "Distribution",
	      "keys are never fetched; they are named with --keyring"),
	HONOURED("RootPassword", "Content", apply_scalar, OFF(root_password), F_RAW,
		 "password of root, or hashed:HASH"),
	HONOURED("RootShell", "Content", apply_scalar, OFF(root_shell), 0, "login shell of root"),
	NOTED("RuntimeBuildSources", "Runtime", "kindling runs no images"),
	NOTED("RuntimeNetwork", "Runtime", "kindling runs no images"),
	NOTED("RuntimeSize", "Runtime", "kindling runs no images"),
	NOTED("RuntimeTrees", "Runtime", "kindling runs no images"),
	NOTED("SELinuxRelabel", "Content", "a kernel archive holds no labels"),
	NOTED("SandboxTrees", "Build", "kindling needs no tools"),
	HONOURED("SatisfiedByBuilder", "Content", apply_satisfied, OFF(satisfied), F_WORD,
		 "dependencies that kindling itself fulfils"),
	NOTED("SectorSize", "Output", "no disk image is made"),
	REFUSED("SecureBoot", "Validation", "sign the image after the build",
		"no false 0 n f off never"),
	NOTED("SecureBootAutoEnroll", "Validation",
	      "the image is signed after the build, by the tool of your choice"),
	NOTED("SecureBootCertificate", "Validation",
	      "the image is signed after the build, by the tool of your choice"),
	NOTED("SecureBootCertificateSource", "Validation",
	      "the image is signed after the build, by the tool of your choice"),
	NOTED("SecureBootKey", "Validation",
	      "the image is signed after the build, by the tool of your choice"),
	NOTED("SecureBootKeySource", "Validation",
	      "the image is signed after the build, by the tool of your choice"),
	NOTED("SecureBootSignTool", "Validation",
	      "the image is signed after the build, by the tool of your choice"),
	NOTED("Seed", "Output", "no disk image is made"),
	NOTED("ShimBootloader", "Content", "no boot loader is installed"),
	REFUSED("Sign", "Validation", "sign the image after the build", "no false 0 n f off never"),
	REFUSED("SignExpectedPcr", "Validation", "measure and sign the image after the build",
		"auto no false 0 n f off never"),
	NOTED("SignExpectedPcrCertificate", "Validation",
	      "the image is signed after the build, by the tool of your choice"),
	NOTED("SignExpectedPcrCertificateSource", "Validation",
	      "the image is signed after the build, by the tool of your choice"),
	NOTED("SignExpectedPcrKey", "Validation",
	      "the image is signed after the build, by the tool of your choice"),
	NOTED("SignExpectedPcrKeySource", "Validation",
	      "the image is signed after the build, by the tool of your choice"),
	REFUSED("SkeletonTrees", "Content",
		"use ExtraTrees=, whose files lie over those of packages", NULL),
	NOTED("Snapshot", "Distribution", "versions are pinned with --lock"),
	HONOURED("SourceDateEpoch", "Content", apply_scalar, OFF(source_date_epoch), F_NUMBER,
		 "no file is newer than this; seconds since 1970"),
	NOTED("Splash", "Content", "kindling adds none to a UKI"),
	NOTED("SplitArtifacts", "Output", "one file is written"),
	REFUSED("Ssh", "Content", "name the server in Packages= and its unit in [Units] Enable=",
		"auto runtime no false 0 n f off never"),
	NOTED("SshCertificate", "Runtime", "kindling runs no images"),
	NOTED("SshKey", "Runtime", "kindling runs no images"),
	NOTED("StorageTargetMode", "Runtime", "kindling runs no images"),
	HONOURED("Symlink", "Files", apply_file_op, OFF(files), F_LINES | F_RAW,
		 "a symbolic link: PATH -> TARGET"),
	REFUSED("SyncScripts", "Content",
		"nothing is executed: say it with [Files], [Units], [Users] and ExtraTrees=", NULL),
	NOTED("SysupdateDirectory", "Runtime", "kindling runs no images"),
	NOTED("TPM", "Runtime", "kindling runs no images"),
	HONOURED("Timezone", "Content", apply_scalar, OFF(timezone), 0,
		 "time zone, such as Europe/Berlin"),
	NOTED("ToolsTree", "Build", "kindling needs no tools"),
	NOTED("ToolsTreeCertificates", "Build", "kindling needs no tools"),
	NOTED("ToolsTreeDistribution", "Build", "kindling needs no tools"),
	NOTED("ToolsTreeMirror", "Build", "kindling needs no tools"),
	NOTED("ToolsTreePackageDirectories", "Build", "kindling needs no tools"),
	NOTED("ToolsTreePackages", "Build", "kindling needs no tools"),
	NOTED("ToolsTreeProfiles", "Build", "kindling needs no tools"),
	NOTED("ToolsTreeRelease", "Build", "kindling needs no tools"),
	NOTED("ToolsTreeRepositories", "Build", "kindling needs no tools"),
	NOTED("ToolsTreeSandboxTrees", "Build", "kindling needs no tools"),
	NOTED("UnifiedKernelImageFormat", "Content", "no boot loader is installed"),
	NOTED("UnifiedKernelImageProfiles", "Content", "a UKI has one profile"),
	NOTED("UnifiedKernelImages", "Content", "no boot loader is installed"),
	NOTED("UnitProperties", "Runtime", "kindling runs no images"),
	NOTED("UseSubvolumes", "Build", "nothing is staged on disk"),
	NOTED("VSock", "Runtime", "kindling runs no images"),
	NOTED("VSockCID", "Runtime", "kindling runs no images"),
	NOTED("Verity", "Validation", "no disk image is made"),
	NOTED("VerityCertificate", "Validation", "no disk image is made"),
	NOTED("VerityCertificateSource", "Validation", "no disk image is made"),
	NOTED("VerityKey", "Validation", "no disk image is made"),
	NOTED("VerityKeySource", "Validation", "no disk image is made"),
	NOTED("VirtualMachineMonitor", "Runtime", "kindling runs no images"),
	REFUSED("VolatilePackageDirectories", "Content",
		"a folder of packages is a mirror: --mirror 'dir file:DIR'", NULL),
	HONOURED("VolatilePackages", "Content", apply_list, OFF(volatile_packages), F_WORD | F_RICH,
		 "the same as Packages="),
	HONOURED("WithDocs", "Content", apply_scalar, OFF(with_docs), F_BOOL,
		 "yes: keep documentation; default no"),
	NOTED("WithNetwork", "Build", "the network is never used"),
	HONOURED("WithRecommends", "Content", apply_scalar, OFF(with_recommends), F_BOOL,
		 "yes: recommended packages, too"),
	NOTED("WithTests", "Build", "there are no scripts"),
	NOTED("WorkspaceDirectory", "Build", "nothing is staged on disk"),
	HONOURED("Write", "Files", apply_file_op, OFF(files), F_LINES | F_RAW,
		 "a file: PATH [MODE] \"TEXT\""),
};
const size_t recipe_settings_count = ARRAY_SIZE(recipe_settings);

const struct recipe_alias recipe_aliases[] = {
	{ "Acl", NULL },
	{ "BuildScript", "BuildScripts" },
	{ "Devicetree", "Devicetrees" },
	{ "FinalizeScript", "FinalizeScripts" },
	{ "Images", NULL },
	{ "InitrdInclude", NULL },
	{ "PackageManagerTrees", "SandboxTrees" },
	{ "PostInstallationScript", "PostInstallationScripts" },
	{ "PrepareScript", "PrepareScripts" },
	{ "Presets", NULL },
	{ "Profile", "Profiles" },
	{ "QemuCdrom", NULL },
	{ "QemuDrives", "Drives" },
	{ "QemuFirmware", "Firmware" },
	{ "QemuFirmwareVariables", "FirmwareVariables" },
	{ "QemuGui", NULL },
	{ "QemuKernel", "Linux" },
	{ "QemuKvm", "KVM" },
	{ "QemuMem", "RAM" },
	{ "QemuRemovable", "Removable" },
	{ "QemuSmp", "CPUs" },
	{ "QemuSwtpm", "TPM" },
	{ "QemuVsock", "VSock" },
	{ "QemuVsockConnectionId", "VSockCID" },
	{ "RuntimeHome", NULL },
	{ "RuntimeScratch", NULL },
	{ "ToolsTreePackageManagerTrees", "ToolsTreeSandboxTrees" },
};
const size_t recipe_aliases_count = ARRAY_SIZE(recipe_aliases);

/* mkosi.NAME beside a mkosi.conf. */
const struct recipe_default recipe_defaults[] = {
	{ "build", "BuildScripts", false },
	{ "build.chroot", "BuildScripts", false },
	{ "build.d", "BuildScripts", false },
	{ "builddir", "BuildDirectory", false },
	{ "cache", "CacheDirectory", false },
	{ "clean", "CleanScripts", false },
	{ "clean.d", "CleanScripts", false },
	{ "configure", "ConfigureScripts", false },
	{ "credentials", "Credentials", false },
	{ "crt", "SecureBootCertificate", false },
	{ "env", "EnvironmentFiles", false },
	{ "extra", "ExtraTrees", false },
	{ "extra.tar", "ExtraTrees", false },
	{ "finalize", "FinalizeScripts", false },
	{ "finalize.chroot", "FinalizeScripts", false },
	{ "finalize.d", "FinalizeScripts", false },
	{ "images", "Dependencies", false },
	{ "key", "SecureBootKey", false },
	{ "machine-id", "MachineId", true },
	{ "nspawn", "NSpawnSettings", false },
	{ "output", "OutputDirectory", false },
	{ "packages", "PackageDirectories", false },
	{ "passphrase", "Passphrase", false },
	{ "pkgcache", "PackageCacheDirectory", false },
	{ "pkgmngr", "SandboxTrees", false },
	{ "pkgmngr.tar", "SandboxTrees", false },
	{ "postinst", "PostInstallationScripts", false },
	{ "postinst.chroot", "PostInstallationScripts", false },
	{ "postinst.d", "PostInstallationScripts", false },
	{ "postoutput", "PostOutputScripts", false },
	{ "postoutput.d", "PostOutputScripts", false },
	{ "prepare", "PrepareScripts", false },
	{ "prepare.chroot", "PrepareScripts", false },
	{ "prepare.d", "PrepareScripts", false },
	{ "repart", "RepartDirectories", false },
	{ "rootpw", "RootPassword", true },
	{ "sandbox", "SandboxTrees", false },
	{ "sandbox.tar", "SandboxTrees", false },
	{ "seed", "Seed", true },
	{ "skeleton", "SkeletonTrees", false },
	{ "skeleton.tar", "SkeletonTrees", false },
	{ "snapshot", "Snapshot", true },
	{ "sync", "SyncScripts", false },
	{ "sync.d", "SyncScripts", false },
	{ "sysupdate", "SysupdateDirectory", false },
	{ "tools", "ToolsTree", false },
	{ "uki-profiles", "UnifiedKernelImageProfiles", false },
	{ "version", "ImageVersion", true },
};
const size_t recipe_defaults_count = ARRAY_SIZE(recipe_defaults);
/* clang-format on */

const char *const recipe_sections[] = {
	"Assert",  "Build",         "Check",        "Config", "Content", "Distribution",
	"Files",   "Host",          "Include",      "Match",  "Output",  "Prune",
	"Runtime", "TriggerAssert", "TriggerMatch", "Units",  "Users",   "Validation",
};
const size_t recipe_sections_count = ARRAY_SIZE(recipe_sections);

static int cmp_setting(const void *key, const void *row)
{
	return sv_cmp(*(const struct sv *)key, sv_from(((const struct recipe_setting *)row)->name));
}

const struct recipe_setting *recipe_setting_find(struct sv name)
{
	return bsearch(&name, recipe_settings, recipe_settings_count, sizeof(recipe_settings[0]),
		       cmp_setting);
}

static int cmp_alias(const void *key, const void *row)
{
	return sv_cmp(*(const struct sv *)key, sv_from(((const struct recipe_alias *)row)->old));
}

const struct recipe_alias *recipe_alias_find(struct sv name)
{
	return bsearch(&name, recipe_aliases, recipe_aliases_count, sizeof(recipe_aliases[0]),
		       cmp_alias);
}

struct nearest {
	struct sv name;
	unsigned distance;
};

static void consider(struct nearest *best, struct sv wrong, const char *candidate)
{
	unsigned d = sv_distance(wrong, sv_from(candidate), best->distance);

	if (d < best->distance)
		*best = (struct nearest){ sv_from(candidate), d };
}

/* At most a third of the letters may differ. */
static struct nearest nearest_init(struct sv name)
{
	return (struct nearest){ SV_NULL, (unsigned)MIN(name.n / 3, 4) + 1 };
}

struct sv recipe_nearest_setting(struct sv name)
{
	struct nearest best = nearest_init(name);

	for (size_t i = 0; i < recipe_settings_count; i++)
		consider(&best, name, recipe_settings[i].name);
	return best.name;
}

struct sv recipe_nearest_section(struct sv name)
{
	struct nearest best = nearest_init(name);

	for (size_t i = 0; i < recipe_sections_count; i++)
		consider(&best, name, recipe_sections[i]);
	return best.name;
}
