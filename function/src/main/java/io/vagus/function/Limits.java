package io.vagus.function;

/**
 * What a module may be, and what one call of it may take. A call's bounds are counts, not times: it
 * ends at the same instruction on every machine.
 *
 * @param moduleBytes its size
 * @param memoryPages of 64 KiB, at most
 * @param instructions of one call; what a loop may run at most in a turn counts whole
 * @param callDepth calls within one another
 * @param listLength numbers in a list, handed in or out
 * @param textBytes of a text in UTF-8, handed in or out
 */
public record Limits(
    int moduleBytes,
    int memoryPages,
    long instructions,
    int callDepth,
    int listLength,
    int textBytes) {
  public static final Limits DEFAULT =
      new Limits(256 * 1024, 64, 1_000_000, 200, 10_000, 64 * 1024);

  public Limits {
    require("moduleBytes", moduleBytes, 16L << 20);
    require("memoryPages", memoryPages, 1024);
    require("instructions", instructions, 1_000_000_000);
    require("callDepth", callDepth, 1000);
    require("listLength", listLength, 1_000_000);
    require("textBytes", textBytes, 16L << 20);
  }

  private static void require(String name, long value, long most) {
    if (value < 1 || value > most) {
      throw new IllegalArgumentException(name + ": " + value + " (expected: 1 to " + most + ")");
    }
  }
}
