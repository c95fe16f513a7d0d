// SPDX-License-Identifier: MIT
// What C++ adds: templates, virtual calls, lambdas, inlining, exceptions that fly. "ready PID", then until SIGTERM.
#include <csignal>
#include <cstdio>
#include <functional>
#include <memory>
#include <stdexcept>
#include <unistd.h>
#include <vector>

#define NOINLINE __attribute__((noinline, noclone))
#define NO_TAIL __asm__ volatile("" ::: "memory")

static volatile unsigned long sink;
static volatile sig_atomic_t ended;

extern "C" NOINLINE void burn(unsigned long n)
{
	for (unsigned long i = 0; i < n; i++)
		sink = sink + i * i;
}

namespace shapes {

struct Shape {
	virtual ~Shape() = default;
	virtual void draw(unsigned long n) = 0;
};

template <typename T> struct Box : Shape {
	NOINLINE void draw(unsigned long n) override
	{
		burn(n * sizeof(T));
		NO_TAIL;
	}
};

} // namespace shapes

static inline __attribute__((always_inline)) void inlined_twice(unsigned long n)
{
	burn(n);
	NO_TAIL;
}

template <typename F> NOINLINE void call(F f)
{
	f();
	NO_TAIL;
}

NOINLINE void thrower(int depth)
{
	if (depth == 0)
		throw std::runtime_error("flies");
	thrower(depth - 1);
	NO_TAIL;
}

NOINLINE void catcher()
{
	try {
		thrower(5);
	} catch (const std::runtime_error &) {
		burn(20000);
	}
	NO_TAIL;
}

int main()
{
	std::vector<std::unique_ptr<shapes::Shape>> all;

	std::signal(SIGTERM, [](int) { ended = 1; });
	all.push_back(std::make_unique<shapes::Box<double>>());
	all.push_back(std::make_unique<shapes::Box<char>>());
	std::printf("ready %d\n", static_cast<int>(getpid()));
	std::fflush(stdout);
	while (!ended) {
		for (auto &shape : all)
			shape->draw(5000);
		call([] {
			inlined_twice(30000);
			NO_TAIL;
		});
		for (int i = 0; i < 20; i++)
			catcher();
	}
	std::printf("truth {}\n");
	return 0;
}
