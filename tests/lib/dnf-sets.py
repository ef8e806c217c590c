# SPDX-License-Identifier: LGPL-2.1-or-later
"""dnf-sets.py FOLDER ARCH CACHE WEAK [NAME...]: what dnf would install into an empty system.

One line per name (default: every package for ARCH and noarch): the name, then the set as
NAME|VERSION|ARCH words, or FAIL. A name with commas is several, together. WEAK 1: with weak dependencies. Needs Debian's python3-dnf.
"""
import sys

import dnf

folder, arch, cache, weak = sys.argv[1:5]
base = dnf.Base()
conf = base.conf
conf.installroot = cache + '/root'
conf.cachedir = cache
conf.reposdir = []
conf.install_weak_deps = weak == '1'
conf.substitutions['arch'] = arch
conf.substitutions['basearch'] = arch
conf.substitutions['releasever'] = '9'
base.repos.add_new_repo('test', conf, baseurl=['file://' + folder])
base.fill_sack(load_system_repo=False)
ours = (arch, 'noarch')
names = sys.argv[5:] or sorted({p.name for p in base.sack.query() if p.arch in ours})
for name in names:
    goal = dnf.goal.Goal(base.sack)
    for one in name.split(','):
        wanted = dnf.selector.Selector(base.sack)
        wanted.set(pkg=base.sack.query().filter(name=one, arch=list(ours)))
        goal.install(select=wanted)
    if not goal.run(ignore_weak_deps=weak != '1'):
        print(name, 'FAIL')
        continue
    print(name, ' '.join(sorted('%s|%s|%s' % (p.name, p.evr, p.arch) for p in goal.list_installs())))
