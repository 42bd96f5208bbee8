# SPDX-License-Identifier: GPL-2.0-only
#
# make            builds build/rlm_seikyo_otp.so and build/seikyo-otp
# make demo       a two-factor login from end to end, on a private stack
# make run        the same stack, stays up
# make test       every check and test; test-long: with the large counts
# make bench      how fast it is, against what one would take instead
# make fuzz       each fuzz target for SECONDS=60 (clang)
# make po         brings admin/locale/*.po up to date with the sources
# make deps       installs what is missing (called by all, demo, run and test)

BUILD := build

# `make V=1` shows whole commands.
Q := $(if $(V),,@)
SAY := @$(if $(V),:,printf '%s%s\n')
ifeq ($(origin CC),default)
CC := gcc
endif
CFLAGS ?= -O2 -g

WARNINGS := -Wall -Wextra -Werror -Wconversion -Wshadow
BASE := -std=c11 -D_GNU_SOURCE $(WARNINGS) -fPIC -fvisibility=hidden -fstack-protector-strong \
	-MMD -MP
INCLUDES := -Irlm_seikyo_otp -Iadmin -I. -I$(BUILD)/generated
# Asked when used, not when read: `make deps` may have to install what answers.
MARIADB_CFLAGS = $(shell pkg-config --cflags libmariadb)
MARIADB_LIBS = $(shell pkg-config --libs libmariadb)

# NDEBUG and build.h first: with anything else the structs have other offsets than the daemon's. The
# daemon brings libfreeradius and talloc; a second copy in the module would be another one.
MODULE_FLAGS := -DNDEBUG -isystem $(BUILD)/freeradius/include -include freeradius/build.h

LIBRARY := $(BUILD)/lib/libseikyo.a
LIBRARY_LIBS = $(MARIADB_LIBS) -lcrypto -lcrypt
# The library with FreeRADIUS's packets stands where no loader looks.
FREERADIUS_LIBDIR ?= /usr/lib/freeradius
CLIENT_LIBS = -L$(FREERADIUS_LIBDIR) -Wl,-rpath,$(FREERADIUS_LIBDIR) -lfreeradius-radius
MODULE := $(BUILD)/rlm_seikyo_otp.so
COMMAND := $(BUILD)/seikyo-otp
CONSOLE := $(BUILD)/seikyo-console
# Where the command looks for its translations: a package says another folder.
LOCALEDIR ?= $(abspath $(BUILD))/locale
CATALOGUES := $(patsubst admin/locale/%.po,$(BUILD)/locale/%/LC_MESSAGES/seikyo-otp.mo,\
	$(wildcard admin/locale/*.po))
GENERATED := $(BUILD)/generated/seikyo_refusals.h $(BUILD)/generated/refuse.sql

objects = $(patsubst %.c,$(BUILD)/o/%.o,$(wildcard $(1)))
LIBRARY_OBJECTS := $(call objects,rlm_seikyo_otp/core/*.c rlm_seikyo_otp/store/*.c)
MODULE_OBJECTS := $(call objects,rlm_seikyo_otp/*.c)
# The console's RADIUS client.
CLIENT_OBJECTS := $(call objects,admin/console/radius*.c)
# The only ones that know FreeRADIUS.
HOST_OBJECTS := $(patsubst %,$(BUILD)/o/rlm_seikyo_otp/%.o,rlm_seikyo_otp setting attribute pool) \
	$(CLIENT_OBJECTS)
COMMAND_OBJECTS := $(call objects,admin/command/*.c)
ADMIN_OBJECTS := $(call objects,admin/common/*.c admin/store/*.c)
CONSOLE_OBJECTS := $(call objects,admin/console/*.c admin/console/pages/*.c)
UNIT_OBJECTS := $(call objects,tests/unit/*.c)
TOOL_OBJECTS := $(call objects,tests/tools/*.c tests/tools/*/*.c)
# Each program of the benchmark has its own file; what they share is the rest of the folder.
BENCH_OBJECTS := $(call objects,tests/bench/*.c)
BENCH_NAMES := load people direct hash
BENCHES := $(BENCH_NAMES:%=$(BUILD)/bench/bin/%)
# Fuzz targets have instrumented objects of their own sources.
FUZZ_CC ?= clang
FUZZ_FLAGS := -std=c11 -D_GNU_SOURCE -g -O1 -fno-omit-frame-pointer \
	-fsanitize=fuzzer,address,undefined -fno-sanitize-recover=all
FUZZES := $(patsubst tests/fuzz/%.c,$(BUILD)/fuzz/%,$(wildcard tests/fuzz/*.c))
FUZZ_SECONDS = $(or $(SECONDS),60)
BENCH_SHARED := $(filter-out $(BENCH_NAMES:%=$(BUILD)/o/tests/bench/%.o),$(BENCH_OBJECTS))
OBJECTS := $(LIBRARY_OBJECTS) $(MODULE_OBJECTS) $(COMMAND_OBJECTS) $(UNIT_OBJECTS) $(TOOL_OBJECTS) \
	$(BENCH_OBJECTS) $(ADMIN_OBJECTS) $(CONSOLE_OBJECTS)
UNITS := $(patsubst tests/unit/%.c,$(BUILD)/unit/%,$(wildcard tests/unit/*.c))
TOOLS := $(patsubst tests/tools/%.c,$(BUILD)/tools/%,$(wildcard tests/tools/*.c))

.PHONY: all build build-tests build-bench bench deps demo run test test-long check mutants fuzz po clean
.DELETE_ON_ERROR:
# Kept although they are only steps to the programs: another build need not make them again.
.SECONDARY: $(OBJECTS)

# The steps are makes of their own, one after the other, also under -j: nothing may be compiled
# before deps is through.
all: deps
	@$(MAKE) --no-print-directory build

build: $(MODULE) $(COMMAND) $(CONSOLE) $(GENERATED) $(CATALOGUES)

build-tests: build $(UNITS) $(TOOLS) $(FUZZES)

deps:
	@tests/deps

demo: deps
	@$(MAKE) --no-print-directory build-tests
	@tests/demo

run: deps
	@$(MAKE) --no-print-directory build-tests
	@tests/stack running $(BUILD)/run || \
		{ tests/stack up $(BUILD)/run --web && tests/stack people $(BUILD)/run; }
	@tests/stack show $(BUILD)/run

test: deps
	@$(MAKE) --no-print-directory build-tests
	@tests/run

test-long: deps
	@$(MAKE) --no-print-directory build-tests
	@SEIKYO_LONG=1 tests/run --json $(BUILD)/long.json

bench:
	@tests/deps bench
	@$(MAKE) --no-print-directory build-bench
	@tests/bench/run

build-bench: build $(BENCHES)

check: $(GENERATED)
	@tests/check

po:
	@admin/locale/words merge

mutants: deps
	@$(MAKE) --no-print-directory build-tests
	@tests/mutants/run

# What is found goes to build/fuzz, also what a run learns for the next.
fuzz: deps
	@$(MAKE) --no-print-directory $(FUZZES)
	@for target in $(notdir $(FUZZES)); do \
		mkdir -p $(BUILD)/fuzz/corpus/$$target && \
		$(BUILD)/fuzz/$$target -max_total_time=$(FUZZ_SECONDS) -max_len=4096 \
			-artifact_prefix=$(BUILD)/fuzz/ $(BUILD)/fuzz/corpus/$$target \
			tests/fuzz/corpus/$$target || exit 1; \
	done

# Stops what `make run` started before its files go.
clean:
	@if [ -d $(BUILD)/run ]; then tests/stack down $(BUILD)/run; fi
	rm -rf $(BUILD)

$(BUILD)/generated/seikyo_refusals.h: schema/refusals.tsv schema/generate
	@mkdir -p $(@D)
	$(SAY) '  GEN  ' $@
	$(Q)schema/generate header $< >$@

$(BUILD)/generated/refuse.sql: schema/refusals.tsv schema/generate
	@mkdir -p $(@D)
	$(SAY) '  GEN  ' $@
	$(Q)schema/generate sql $< >$@

$(OBJECTS): | $(GENERATED)

$(BUILD)/o/admin/common/text.o: private BASE += -DSEIKYO_LOCALEDIR='"$(LOCALEDIR)"'

$(BUILD)/locale/%/LC_MESSAGES/seikyo-otp.mo: admin/locale/%.po
	@mkdir -p $(@D)
	$(SAY) '  MSG  ' $@
	$(Q)msgfmt --check-format --check-domain -o $@ $<

$(HOST_OBJECTS): private BASE += $(MODULE_FLAGS)

$(BUILD)/o/%.o: %.c Makefile
	@mkdir -p $(@D)
	$(SAY) '  CC   ' $<
	$(Q)$(CC) $(BASE) $(CFLAGS) $(INCLUDES) $(MARIADB_CFLAGS) $(CPPFLAGS) -c -o $@ $<

# Made anew each time: `ar r` would keep the object of a source file that is gone.
$(LIBRARY): $(LIBRARY_OBJECTS)
	@mkdir -p $(@D)
	@rm -f $@
	$(SAY) '  AR   ' $@
	$(Q)$(AR) rcs $@ $^

$(MODULE): $(MODULE_OBJECTS) $(LIBRARY)
	$(SAY) '  LD   ' $@
	$(Q)$(CC) -shared $(LDFLAGS) -Wl,-z,relro,-z,now -Wl,--exclude-libs,ALL -o $@ $^ $(LIBRARY_LIBS)

$(COMMAND): $(COMMAND_OBJECTS) $(ADMIN_OBJECTS) $(LIBRARY)
	$(SAY) '  LD   ' $@
	$(Q)$(CC) $(LDFLAGS) -o $@ $^ $(LIBRARY_LIBS) -ljansson -lcurl

$(CONSOLE): $(CONSOLE_OBJECTS) $(ADMIN_OBJECTS) $(LIBRARY)
	$(SAY) '  LD   ' $@
	$(Q)$(CC) $(LDFLAGS) -o $@ $^ $(LIBRARY_LIBS) $(CLIENT_LIBS) -lfcgi -ljansson -lqrencode

# What a unit test needs beside the library.
$(BUILD)/unit/csv: $(BUILD)/o/admin/common/csv.o
$(BUILD)/unit/wrap: $(BUILD)/o/admin/common/wrap.o
CONSOLE_O := $(BUILD)/o/admin/console
$(BUILD)/unit/certificate: $(CONSOLE_O)/certificate.o $(CONSOLE_O)/escape.o
$(BUILD)/unit/console_session: $(CONSOLE_O)/session.o
$(BUILD)/unit/escape: $(CONSOLE_O)/escape.o
$(BUILD)/unit/form: $(CONSOLE_O)/form.o $(CONSOLE_O)/escape.o $(BUILD)/o/admin/common/text.o
$(BUILD)/unit/html: $(CONSOLE_O)/html.o $(patsubst %,$(BUILD)/o/admin/common/%.o,buffer moment text)
$(BUILD)/unit/request: $(CONSOLE_O)/request.o $(CONSOLE_O)/certificate.o $(CONSOLE_O)/escape.o \
	$(CONSOLE_O)/channel.o $(BUILD)/o/admin/common/text.o
$(BUILD)/unit/request: private LIBRARY_LIBS += -lfcgi

$(BUILD)/unit/%: $(BUILD)/o/tests/unit/%.o $(LIBRARY)
	@mkdir -p $(@D)
	$(SAY) '  LD   ' $@
	$(Q)$(CC) $(LDFLAGS) -o $@ $(filter %.o,$^) $(LIBRARY) $(LIBRARY_LIBS) -lcmocka

# What a fuzz target reads through, compiled along with it.
$(BUILD)/fuzz/form: $(patsubst %,admin/console/%.c,form request certificate escape channel) \
	admin/common/text.c $(patsubst %,rlm_seikyo_otp/core/%.c,typed secret) \
	$(wildcard admin/console/*.h admin/common/*.h rlm_seikyo_otp/core/*.h)
$(BUILD)/fuzz/form: private FUZZ_FLAGS += -DSEIKYO_LOCALEDIR='"$(LOCALEDIR)"'
$(BUILD)/fuzz/form: private FUZZ_LIBS := -lcrypto -lfcgi

$(BUILD)/fuzz/%: tests/fuzz/%.c Makefile
	@mkdir -p $(@D)
	$(SAY) '  FUZZ ' $@
	$(Q)$(FUZZ_CC) $(FUZZ_FLAGS) $(INCLUDES) -o $@ $(filter %.c,$^) $(FUZZ_LIBS)

$(BUILD)/bench/bin/%: $(BUILD)/o/tests/bench/%.o $(BENCH_SHARED) $(LIBRARY)
	@mkdir -p $(@D)
	$(SAY) '  LD   ' $@
	$(Q)$(CC) $(LDFLAGS) -o $@ $^ $(LIBRARY_LIBS)

# What a tool needs beside the library.
$(BUILD)/tools/ask: $(CLIENT_OBJECTS)
$(BUILD)/tools/ask: private LIBRARY_LIBS += $(CLIENT_LIBS)

# A tool is one file, or one and a folder of its name.
.SECONDEXPANSION:
$(BUILD)/tools/%: $(BUILD)/o/tests/tools/%.o $$(call objects,tests/tools/$$*/*.c) $(LIBRARY)
	@mkdir -p $(@D)
	$(SAY) '  LD   ' $@
	$(Q)$(CC) $(LDFLAGS) -o $@ $(filter %.o,$^) $(LIBRARY) $(LIBRARY_LIBS)

-include $(OBJECTS:.o=.d)
