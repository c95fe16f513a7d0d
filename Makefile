# scrape: one makefile, no recursion. Knobs: CC= SAN=address,undefined DEBUG=1 COVERAGE=1 V=1 DESTDIR= PREFIX= BENCH="--quick"
.DELETE_ON_ERROR:
.SUFFIXES:

CC ?= cc
PKG_CONFIG ?= pkg-config
SAN ?=
DEBUG ?=
COVERAGE ?=
V ?=

LIBS := sqlite3 libelf libdw liblzma libseccomp libxxhash libpcre2-8 libevent libevent_openssl libcares openssl libdeflate ncursesw jansson
variant := $(if $(SAN),-san)$(if $(DEBUG),-debug)$(if $(COVERAGE),-coverage)
out := build/obj$(variant)
bin := $(if $(variant),build/scrape$(variant),scrape)
Q := $(if $(V),,@)
say = $(if $(V),,@printf '  %-5s %s\n' $(1) $(2);)

# A warning that only some compilers know.
if_known = $(shell $(CC) -Werror $(1) -E -x c /dev/null >/dev/null 2>&1 && echo $(1))
WARN := -Wall -Wextra -Werror -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wpointer-arith \
	$(call if_known,-Wcast-align=strict) -Wwrite-strings -Wvla -Wformat=2 -Wundef -Wno-missing-field-initializers
HARDEN := -fstack-protector-strong -fstack-clash-protection -fPIE $(if $(SAN)$(DEBUG),,-U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2)
CFLAGS ?= $(if $(DEBUG),-O0,-O2) -g
pkg_cflags := $(shell $(PKG_CONFIG) --cflags $(LIBS))
pkg_libs := $(shell $(PKG_CONFIG) --libs $(LIBS))
override CPPFLAGS += -Iinclude -Isrc -D_GNU_SOURCE
override CFLAGS += -std=gnu11 $(WARN) $(HARDEN) -MMD -MP $(pkg_cflags) \
	$(if $(SAN),-fsanitize=$(SAN) -fno-sanitize-recover=all -fno-omit-frame-pointer) $(if $(COVERAGE),--coverage)
override LDFLAGS += -pie -Wl,-z,relro,-z,now $(if $(SAN),-fsanitize=$(SAN)) $(if $(COVERAGE),--coverage)
override LDLIBS += $(pkg_libs) -liberty -lm

src := $(sort $(wildcard src/*/*.c))
obj := $(src:src/%.c=$(out)/%.o)
lib := $(out)/libscrape.a
unit := $(sort $(wildcard tests/unit/test_*.c))
unit_bin := $(unit:tests/unit/%.c=$(out)/unit/%)

.PHONY: all check cluster discover faults formats http web web-page page live soak truth bench fuzz lint install uninstall dist clean force
all: $(bin)

$(bin): $(out)/cli/main.o $(lib)
	$(call say,LINK,$@)$(CC) $(LDFLAGS) -o $@ $^ $(LDLIBS)

# The library is also made again when a source has gone: this file changes with the list.
$(out)/objects: force
	@mkdir -p $(@D); echo '$(obj)' | cmp -s - $@ || echo '$(obj)' >$@
force:

$(lib): $(filter-out $(out)/cli/main.o,$(obj)) $(out)/objects
	$(call say,AR,$@)rm -f $@ && ar rcs $@ $(filter %.o,$^)

$(out)/%.o: src/%.c Makefile
	@mkdir -p $(@D)
	$(call say,CC,$<)$(CC) $(CPPFLAGS) $(CFLAGS) -c -o $@ $<

$(out)/unit/%.o: tests/unit/%.c Makefile
	@mkdir -p $(@D)
	$(call say,CC,$<)$(CC) $(CPPFLAGS) -Itests $(CFLAGS) $(shell $(PKG_CONFIG) --cflags check) -c -o $@ $<

$(out)/unit/%: $(out)/unit/%.o $(lib)
	$(call say,LINK,$@)$(CC) $(LDFLAGS) -o $@ $< $(lib) $(LDLIBS) $(shell $(PKG_CONFIG) --libs check)

$(out)/bench/bench_encode $(out)/bench/bench_profile $(out)/bench/bench_history $(out)/bench/bench_store: $(out)/bench/%: bench/%.c $(lib) Makefile
	@mkdir -p $(@D)
	$(call say,CC,$<)$(CC) $(CPPFLAGS) -Itests $(CFLAGS) $(LDFLAGS) -o $@ $< $(lib) $(LDLIBS)

# Files that are embedded as they are: src/encode/flame.js -> $(out)/encode/flame.js.inc, a comma list of bytes.
$(out)/%.inc: src/%
	@mkdir -p $(@D)
	$(call say,EMBED,$<)od -An -v -tu1 $< | sed 's/  */,/g; s/^,//; s/$$/,/' > $@

$(out)/encode/svg.o: $(out)/encode/flame.css.inc $(out)/encode/flame.js.inc $(out)/encode/flame_ui.js.inc
$(out)/encode/html.o: $(out)/web/dist/single.html.inc
$(out)/encode/svg.o $(out)/encode/html.o: override CPPFLAGS += -I$(out)

# The page, ready to be served. What is committed in src/web/dist is what `make page` makes of src/web, so a build needs
# no npm; tests/web/page sees to it that the two agree.
$(out)/web/page.inc: src/web/embed $(sort $(shell find src/web/dist -type f))
	@mkdir -p $(@D)
	$(call say,EMBED,src/web/dist)src/web/embed src/web/dist > $@

$(out)/daemon/page.o: $(out)/web/page.inc
$(out)/daemon/page.o: override CPPFLAGS += -I$(out)

page:
	$(Q)src/web/build src/web/dist

# Programs that tests start.
$(out)/support/%: tests/support/%.c $(lib) Makefile
	@mkdir -p $(@D)
	$(call say,CC,$<)$(CC) $(CPPFLAGS) -Itests $(CFLAGS) $(LDFLAGS) -o $@ $< $(lib) $(LDLIBS)

# These tests read what the encoders wrote with parsers that are not ours.
$(out)/unit/test_encode $(out)/unit/test_speedscope: override LDLIBS += $(shell $(PKG_CONFIG) --libs jansson expat)

check: $(unit_bin)
	$(Q)tests/unit/run $(unit_bin)

formats: $(out)/support/flame_make
	$(Q)FLAME_MAKE=$(abspath $<) tests/formats/run

web: $(out)/support/flame_make
	$(Q)FLAME_MAKE=$(abspath $<) tests/web/flame

web-page:
	$(Q)tests/web/page

http: $(out)/support/http_server $(out)/support/http_get
	$(Q)HTTP_SERVER=$(abspath $<) HTTP_GET=$(abspath $(lastword $^)) tests/http/run

live: $(bin)
	$(Q)SCRAPE=$(abspath $(bin)) tests/live/run

soak: $(bin)
	$(Q)SOAK=1 SCRAPE=$(abspath $(bin)) tests/live/collect --only exactly_once --only killed_at
	$(Q)SOAK=1 SCRAPE=$(abspath $(bin)) tests/cluster/faults

discover: $(out)/support/serve_probe
	$(Q)PROBE=$(abspath $<) tests/live/discover.py

cluster: $(bin) $(out)/unit/test_store
	$(Q)SCRAPE=$(abspath $(bin)) TEST_STORE=$(abspath $(out)/unit/test_store) tests/cluster/run

faults: $(bin)
	$(Q)SCRAPE=$(abspath $(bin)) tests/cluster/faults

truth: $(bin)
	$(Q)SCRAPE=$(abspath $(bin)) tests/live/truth --matrix

$(out)/bench/%: bench/%.c Makefile
	@mkdir -p $(@D)
	$(call say,CC,$<)$(CC) $(CPPFLAGS) $(CFLAGS) $(LDFLAGS) -o $@ $< $(LDLIBS)

bench: $(bin) $(out)/bench/micro $(out)/bench/bench_encode $(out)/bench/bench_history $(out)/bench/bench_store
	$(Q)tests/bench/run 2>&1 | tail -n 1
	$(Q)SCRAPE=$(abspath $(bin)) MICRO=$(abspath $(out)/bench/micro) ENCODE=$(abspath $(out)/bench/bench_encode) \
		HISTORY=$(abspath $(out)/bench/bench_history) bench/run $(BENCH)

fuzz:
	$(Q)tests/fuzz/run

lint:
	$(Q)tests/lint/run

# Where things go: GNU's names; PREFIX, BINDIR and MANDIR are taken as well.
PREFIX ?= /usr/local
prefix ?= $(PREFIX)
exec_prefix ?= $(prefix)
BINDIR ?= $(exec_prefix)/bin
bindir ?= $(BINDIR)
datarootdir ?= $(prefix)/share
datadir ?= $(datarootdir)
docdir ?= $(datarootdir)/doc/scrape
MANDIR ?= $(datarootdir)/man
mandir ?= $(MANDIR)
bashcompletiondir ?= $(datadir)/bash-completion/completions
zshcompletiondir ?= $(datadir)/zsh/site-functions
fishcompletiondir ?= $(datadir)/fish/vendor_completions.d
# Daemon and collector read /etc/scrape wherever they were installed.
sysconfdir ?= /etc
# What pkg-config names is the distribution's own place, for packages; systemd reads /usr/local/lib too.
systemdsystemunitdir ?= $(or $(if $(filter /usr,$(prefix)),$(shell $(PKG_CONFIG) --variable=systemdsystemunitdir \
	systemd 2>/dev/null)),$(prefix)/lib/systemd/system)
sysusersdir ?= $(prefix)/lib/sysusers.d

confs = scrape.conf collect.conf

# mode:file:place, for install and uninstall alike
installed = 755:$(bin):$(bindir)/scrape \
	644:completions/scrape.bash:$(bashcompletiondir)/scrape \
	644:completions/_scrape:$(zshcompletiondir)/_scrape \
	644:completions/scrape.fish:$(fishcompletiondir)/scrape.fish \
	644:$(out)/scrape.service:$(systemdsystemunitdir)/scrape.service \
	644:$(out)/scrape-collect.service:$(systemdsystemunitdir)/scrape-collect.service \
	644:systemd/scrape.socket:$(systemdsystemunitdir)/scrape.socket \
	644:systemd/scrape.sysusers:$(sysusersdir)/scrape.conf \
	$(foreach conf,$(confs),644:examples/$(conf):$(docdir)/examples/$(conf)) \
	$(foreach page,$(sort $(wildcard man/*.[1-8])),644:$(page):$(mandir)/man$(subst .,,$(suffix $(page)))/$(notdir $(page)))
etc = $(DESTDIR)$(sysconfdir)/scrape

# A configuration that is there is somebody's; one that nobody changed goes with the rest.
install: $(bin)
	$(Q)mkdir -p $(out) && for unit in scrape.service scrape-collect.service; do \
		sed 's|/usr/bin/scrape|$(bindir)/scrape|' systemd/$$unit >$(out)/$$unit || exit 1; done
	$(Q)for row in $(installed); do \
		mode=$${row%%:*} place=$${row##*:} file=$${row#*:}; \
		install -D -m $$mode "$${file%:*}" "$(DESTDIR)$$place" || exit 1; done
	$(Q)for conf in $(confs); do \
		[ -e "$(etc)/$$conf" ] || install -D -m 644 examples/$$conf "$(etc)/$$conf" || exit 1; done

uninstall:
	$(Q)for row in $(installed); do rm -f "$(DESTDIR)$${row##*:}" || exit 1; done
	$(Q)for conf in $(confs); do ! cmp -s examples/$$conf "$(etc)/$$conf" || rm -f "$(etc)/$$conf" || exit 1; done
	$(Q)for dir in $(docdir)/examples $(docdir) $(sysconfdir)/scrape; do \
		rmdir "$(DESTDIR)$$dir" 2>/dev/null || :; done

version := $(shell sed -n 's/.*SCRAPE_VERSION "\(.*\)"/\1/p' include/scrape.h)
dist:
	@mkdir -p build
	git archive --format=tar.gz --prefix=scrape-$(version)/ -o build/scrape-$(version).tar.gz HEAD

clean:
	rm -rf build/obj* build/scrape-* build/fuzz build/check build/web scrape

-include $(obj:.o=.d) $(unit_bin:=.d) $(out)/bench/micro.d $(wildcard $(out)/support/*.d)
