package io.vagus.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** What a process has cost so far, as the operating system counts it. */
final class ProcessCost {
  private ProcessCost() {}

  /** User and system time; in steps of 10 ms on Linux. */
  static double cpuMicros(ProcessHandle process) {
    return process.info().totalCpuDuration().orElse(Duration.ZERO).toNanos() / 1000.0;
  }

  /** Resident memory; NaN where there is no /proc. */
  static double residentBytes(ProcessHandle process) {
    return statusBytes(process, "VmRSS:");
  }

  /** The most resident memory so far; NaN where there is no /proc. */
  static double peakResidentBytes(ProcessHandle process) {
    return statusBytes(process, "VmHWM:");
  }

  private static double statusBytes(ProcessHandle process, String field) {
    try {
      for (String line : Files.readAllLines(Path.of("/proc/" + process.pid() + "/status"))) {
        if (line.startsWith(field)) {
          return Long.parseLong(line.replaceAll("\\D", "")) * 1024.0;
        }
      }
    } catch (IOException e) {
      return Double.NaN;
    }
    return Double.NaN;
  }
}
