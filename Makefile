# SPDX-License-Identifier: GPL-2.0-only
#
# make            builds build/rlm_seikyo_otp.so and build/seikyo-otp
# make demo       a two-factor login from end to end, on a private stack
# make run        the same stack, stays up
# make test       every check and test; test-long: with the large counts; SANITIZE=1: with address, leak and
#                 undefined-behaviour sanitizers, VALGRIND=1: under valgrind; either with
#                 TESTS='tests/radius/outcome.t ...': only these
# make bench      how fast it is, against what one would take instead
# make fuzz       each fuzz target for SECONDS=60 (clang), then hostile packets and requests
# make fault      servers, disks, clocks broken under load, FAULT_ROUNDS=50, FAULT_SEED=
# make po         brings admin/locale/*.po up to date with the sources
# make coverage   which branches of core/ and the login the tests take; build/coverage/index.html
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
# What is fuzzed has objects of its own, with sanitizers. They serve the targets, the console, and the
# module in a server that has the runtime preloaded.
FUZZ_CC ?= clang
FUZZ_SANITIZE := address,undefined
FUZZ_FLAGS := -std=c11 -D_GNU_SOURCE -g -O1 -fPIC -fvisibility=hidden -fno-omit-frame-pointer -MMD -MP \
	-fsanitize=fuzzer-no-link,$(FUZZ_SANITIZE) -fno-sanitize-recover=all
FUZZ_LIBS = $(MARIADB_LIBS) -lcrypto -lcrypt -lfcgi -ljansson -lqrencode -lcurl
FUZZES := $(patsubst tests/fuzz/%.c,$(BUILD)/fuzz/%,$(wildcard tests/fuzz/*.c))
FUZZ_SECONDS = $(or $(SECONDS),60)
# The sender of hostile packets is no such target.
FUZZ_PACKET := $(BUILD)/fuzz/packet
FUZZ_PACKET_OBJECTS := $(call objects,tests/fuzz/packet/*.c)
SANITIZED := $(BUILD)/sanitized
SANITIZED_MODULE := $(SANITIZED)/rlm_seikyo_otp.so
SANITIZED_CONSOLE := $(SANITIZED)/seikyo-console
# Lets a module be loaded as the sanitizers need it.
SANITIZED_PRELOAD := $(SANITIZED)/dlopen.so
BENCH_SHARED := $(filter-out $(BENCH_NAMES:%=$(BUILD)/o/tests/bench/%.o),$(BENCH_OBJECTS))
# Fault injection: the login without its host, its library and what makes their calls fail, all with
# sanitizers. What is wrapped, tests/inject/symbols says.
INJECT_FLAGS := -O1 -g -fno-omit-frame-pointer -fsanitize=address,undefined -fno-sanitize-recover=all
INJECT_SOURCES := $(filter-out $(patsubst %,rlm_seikyo_otp/%.c,rlm_seikyo_otp setting attribute pool),\
	$(wildcard rlm_seikyo_otp/*.c rlm_seikyo_otp/core/*.c rlm_seikyo_otp/store/*.c tests/inject/*.c))
INJECT_OBJECTS := $(INJECT_SOURCES:%.c=$(BUILD)/inject/o/%.o)
INJECT := $(BUILD)/inject/inject
# A build of its own counts branches: as they are written, and right with several threads.
COVERAGE_FLAGS := -O0 -g --coverage -fprofile-update=atomic
COVERED_UNITS = $(patsubst tests/unit/%.c,$(BUILD)/unit/%,$(shell grep -lE '"(core/|seal\.h)' tests/unit/*.c))
OBJECTS := $(LIBRARY_OBJECTS) $(MODULE_OBJECTS) $(COMMAND_OBJECTS) $(UNIT_OBJECTS) $(TOOL_OBJECTS) \
	$(BENCH_OBJECTS) $(ADMIN_OBJECTS) $(CONSOLE_OBJECTS) $(FUZZ_PACKET_OBJECTS)
sanitized = $(patsubst $(BUILD)/o/%,$(SANITIZED)/o/%,$(1))
SANITIZED_OBJECTS := $(call sanitized,$(LIBRARY_OBJECTS) $(MODULE_OBJECTS) $(ADMIN_OBJECTS) \
	$(CONSOLE_OBJECTS) $(COMMAND_OBJECTS)) $(patsubst tests/fuzz/%.c,$(SANITIZED)/o/tests/fuzz/%.o,\
	$(wildcard tests/fuzz/*.c))
UNITS := $(patsubst tests/unit/%.c,$(BUILD)/unit/%,$(wildcard tests/unit/*.c))
TOOLS := $(patsubst tests/tools/%.c,$(BUILD)/tools/%,$(wildcard tests/tools/*.c))

.PHONY: all build build-tests build-fuzz build-fault build-bench bench coverage build-covered deps demo run test test-long check mutants fuzz fault po clean
.DELETE_ON_ERROR:
# Kept although they are only steps to the programs: another build need not make them again.
.SECONDARY: $(OBJECTS) $(SANITIZED_OBJECTS)

# The steps are makes of their own, one after the other, also under -j: nothing may be compiled
# before deps is through.
all: deps
	@$(MAKE) --no-print-directory build

build: $(MODULE) $(COMMAND) $(CONSOLE) $(GENERATED) $(CATALOGUES)

build-tests: build $(UNITS) $(TOOLS) $(INJECT) build-fuzz build-fault

build-fuzz: $(FUZZES) $(FUZZ_PACKET) $(SANITIZED_MODULE) $(SANITIZED_PRELOAD) $(SANITIZED_CONSOLE)

# The load's users, and a clock that can be moved.
build-fault: $(BUILD)/bench/bin/people $(BUILD)/fault/clock.so

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
ifdef SANITIZE
	@tests/sanitize $(BUILD)/sanitize $(TESTS)
else ifdef VALGRIND
	@tests/valgrind $(BUILD)/valgrind $(TESTS)
else
	@$(MAKE) --no-print-directory build-tests
	@tests/run
endif

test-long: deps
	@$(MAKE) --no-print-directory build-tests
	@SEIKYO_LONG=1 tests/run --json $(BUILD)/long.json

coverage: deps
	@$(MAKE) --no-print-directory build-tests
	@$(MAKE) --no-print-directory BUILD=$(BUILD)/coverage CFLAGS='$(COVERAGE_FLAGS)' LDFLAGS=--coverage \
		INJECT_FLAGS='$(COVERAGE_FLAGS)' build-covered
	@tests/coverage $(BUILD)/coverage

build-covered: $(INJECT) $(COVERED_UNITS)

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
	@$(MAKE) --no-print-directory build build-fuzz $(TOOLS)
	@for target in $(notdir $(FUZZES)); do \
		mkdir -p $(BUILD)/fuzz/corpus/$$target && \
		$(BUILD)/fuzz/$$target -max_total_time=$(FUZZ_SECONDS) -max_len=4096 \
			-artifact_prefix=$(BUILD)/fuzz/ $(BUILD)/fuzz/corpus/$$target \
			tests/fuzz/corpus/$$target || exit 1; \
	done
	@SEIKYO_FUZZ_SECONDS=$(FUZZ_SECONDS) SEIKYO_TEST_SECONDS=$$(($(FUZZ_SECONDS) + 600)) \
		tests/run tests/fuzz/packet.t tests/fuzz/http.t

fault: deps
	@$(MAKE) --no-print-directory build build-fault
	@tests/fault/run

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

$(OBJECTS) $(SANITIZED_OBJECTS): | $(GENERATED)

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

$(SANITIZED)/o/admin/common/text.o: private FUZZ_FLAGS += -DSEIKYO_LOCALEDIR='"$(LOCALEDIR)"'
$(call sanitized,$(HOST_OBJECTS)): private FUZZ_FLAGS += $(MODULE_FLAGS)

$(SANITIZED)/o/%.o: %.c Makefile
	@mkdir -p $(@D)
	$(SAY) '  FUZZ ' $<
	$(Q)$(FUZZ_CC) $(FUZZ_FLAGS) $(INCLUDES) $(MARIADB_CFLAGS) -c -o $@ $<

# What a target reads through: the linker takes what it needs. Console and command stand apart, as they
# never meet in one program.
$(SANITIZED)/libconsole.a: $(call sanitized,$(LIBRARY_OBJECTS) $(ADMIN_OBJECTS) \
	$(filter-out %/console/main.o,$(CONSOLE_OBJECTS)))
$(SANITIZED)/libcommand.a: $(call sanitized,$(LIBRARY_OBJECTS) $(ADMIN_OBJECTS) \
	$(filter-out %/command/main.o,$(COMMAND_OBJECTS)))
$(SANITIZED)/lib%.a:
	@rm -f $@
	$(SAY) '  AR   ' $@
	$(Q)$(AR) rcs $@ $^

FUZZ_COMMANDS := $(patsubst %,$(BUILD)/fuzz/%,audit import recover)
$(FUZZ_COMMANDS): $(SANITIZED)/libcommand.a
$(filter-out $(FUZZ_COMMANDS),$(FUZZES)): $(SANITIZED)/libconsole.a

$(BUILD)/fuzz/%: $(SANITIZED)/o/tests/fuzz/%.o
	@mkdir -p $(@D)
	$(SAY) '  LD   ' $@
	$(Q)$(FUZZ_CC) -fsanitize=fuzzer,$(FUZZ_SANITIZE) -o $@ $(filter %.o,$^) $(filter %.a,$^) \
		-Wl,--as-needed $(FUZZ_LIBS)

$(FUZZ_PACKET): $(FUZZ_PACKET_OBJECTS)
	@mkdir -p $(@D)
	$(SAY) '  LD   ' $@
	$(Q)$(CC) $(LDFLAGS) -o $@ $^ -lcrypto

$(SANITIZED_MODULE): $(call sanitized,$(MODULE_OBJECTS) $(LIBRARY_OBJECTS))
	$(SAY) '  LD   ' $@
	$(Q)$(FUZZ_CC) -shared -fsanitize=$(FUZZ_SANITIZE) -shared-libasan -o $@ $^ $(LIBRARY_LIBS)

$(SANITIZED_CONSOLE): $(call sanitized,$(CONSOLE_OBJECTS) $(ADMIN_OBJECTS) $(LIBRARY_OBJECTS))
	$(SAY) '  LD   ' $@
	$(Q)$(FUZZ_CC) -fsanitize=$(FUZZ_SANITIZE) -o $@ $^ $(LIBRARY_LIBS) $(CLIENT_LIBS) -lfcgi \
		-ljansson -lqrencode

$(SANITIZED_PRELOAD): tests/fuzz/preload/dlopen.c
	@mkdir -p $(@D)
	$(SAY) '  LD   ' $@
	$(Q)$(CC) $(BASE) $(CFLAGS) -MF $(@:.so=.d) -shared -o $@ $<

$(INJECT_OBJECTS): | $(GENERATED)

$(BUILD)/inject/o/%.o: %.c Makefile
	@mkdir -p $(@D)
	$(SAY) '  CC   ' $@
	$(Q)$(CC) $(BASE) $(INJECT_FLAGS) $(INCLUDES) $(MARIADB_CFLAGS) -c -o $@ $<

$(INJECT): $(INJECT_OBJECTS) tests/inject/symbols
	$(SAY) '  LD   ' $@
	$(Q)$(CC) $(INJECT_FLAGS) -o $@ $(INJECT_OBJECTS) $(LIBRARY_LIBS) \
		$$(awk '$$2 == "fails" || /; wrapped/ { printf "-Wl,--wrap=%s ", $$1 }' tests/inject/symbols) \
		-Wl,--wrap=seikyo_call

$(BUILD)/bench/bin/%: $(BUILD)/o/tests/bench/%.o $(BENCH_SHARED) $(LIBRARY)
	@mkdir -p $(@D)
	$(SAY) '  LD   ' $@
	$(Q)$(CC) $(LDFLAGS) -o $@ $^ $(LIBRARY_LIBS)

$(BUILD)/fault/clock.so: tests/fault/clock.c tests/fuzz/preload/dlopen.c
	@mkdir -p $(@D)
	$(SAY) '  LD   ' $@
	$(Q)$(CC) $(filter-out -MMD -MP,$(BASE)) $(CFLAGS) -shared $(LDFLAGS) -o $@ $^

# What a tool needs beside the library.
$(BUILD)/tools/ask: $(CLIENT_OBJECTS)
$(BUILD)/tools/ask: private LIBRARY_LIBS += $(CLIENT_LIBS)

# A tool is one file, or one and a folder of its name.
.SECONDEXPANSION:
$(BUILD)/tools/%: $(BUILD)/o/tests/tools/%.o $$(call objects,tests/tools/$$*/*.c) $(LIBRARY)
	@mkdir -p $(@D)
	$(SAY) '  LD   ' $@
	$(Q)$(CC) $(LDFLAGS) -o $@ $(filter %.o,$^) $(LIBRARY) $(LIBRARY_LIBS)

-include $(OBJECTS:.o=.d) $(INJECT_OBJECTS:.o=.d) $(SANITIZED_OBJECTS:.o=.d)
