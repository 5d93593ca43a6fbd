package io.vagus.series.questdb;

import com.sun.management.HotSpotDiagnosticMXBean;
import java.lang.management.ManagementFactory;

/**
 * Loads the engine's {@code Unsafe} so that it fits the running JVM. Called before anything else of
 * the engine.
 *
 * <p>With compact object headers (JEP 519) QuestDB 9.3.4 takes the JVM for one without compressed
 * pointers, writes {@code AccessibleObject.override} at offset 16 in place of 8 and so damages the
 * heap: the next collection crashes. Its answer for a 32-bit JVM, offset 8, is the right one here;
 * the native library is loaded first, which does depend on the true word size.
 */
final class NativeSetup {
  private static final String WORD_SIZE = "sun.arch.data.model";

  private NativeSetup() {}

  static synchronized void load() {
    String before = System.getProperty(WORD_SIZE, "64");
    try {
      Class.forName("io.questdb.std.Os");
      if (hasCompactHeaders()) {
        System.setProperty(WORD_SIZE, "32");
      }
      Class.forName("io.questdb.std.Unsafe");
    } catch (ClassNotFoundException e) {
      throw new IllegalStateException(e);
    } finally {
      System.setProperty(WORD_SIZE, before);
    }
  }

  private static boolean hasCompactHeaders() {
    HotSpotDiagnosticMXBean vm = ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);
    return Boolean.parseBoolean(vm.getVMOption("UseCompactObjectHeaders").getValue());
  }
}
