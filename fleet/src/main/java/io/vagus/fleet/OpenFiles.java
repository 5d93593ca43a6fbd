package io.vagus.fleet;

import com.sun.management.UnixOperatingSystemMXBean;
import io.vagus.kit.ErrorCode;
import io.vagus.kit.VagusException;
import java.lang.management.ManagementFactory;

/** How many files this process may have open: each connection is one. */
final class OpenFiles {
  /** What else is open: jars, the API's connections. */
  private static final int OTHERS = 200;

  private OpenFiles() {}

  static void require(int connections) {
    if (ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean system
        && system.getMaxFileDescriptorCount() < connections + OTHERS) {
      throw new VagusException(
          ErrorCode.INVALID_REQUEST,
          "open files: "
              + system.getMaxFileDescriptorCount()
              + " (expected: >= "
              + (connections + OTHERS)
              + " for "
              + connections
              + " connections); `ulimit -n` raises it, for the server too");
    }
  }
}
