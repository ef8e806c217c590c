# SPDX-License-Identifier: LGPL-2.1-or-later
# What each folder of src/ may include, written out: the Makefile links a folder's unit tests with
# exactly these, and check-layers.sh compares the #include lines. Everything may include itself.

layer_base :=

layer_pkg := base
layer_tree := base
layer_codec := base
layer_archive := codec base
layer_elf := base
layer_bootline := base

layer_recipe := pkg tree archive codec elf bootline base
layer_repo := pkg tree archive codec elf bootline base
layer_solver := pkg tree archive codec elf bootline base
layer_transform := pkg tree archive codec elf bootline base
layer_check := pkg tree archive codec elf bootline base
layer_kmod := pkg tree archive codec elf bootline base
layer_image := pkg tree archive codec elf bootline base

layer_build := recipe repo solver transform check kmod image $(layer_recipe)

layer_cli := build $(layer_build)

layer_netroot := bootline base
