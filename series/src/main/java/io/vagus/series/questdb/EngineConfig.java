package io.vagus.series.questdb;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.questdb.DefaultTelemetryConfiguration;
import io.questdb.TelemetryConfiguration;
import io.questdb.cairo.CommitMode;
import io.questdb.cairo.DefaultCairoConfiguration;
import io.questdb.log.LogFactory;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** How the embedded engine is set up: every commit synced, small buffers, nothing reported. */
final class EngineConfig extends DefaultCairoConfiguration {
  private static final TelemetryConfiguration NO_TELEMETRY =
      new DefaultTelemetryConfiguration() {
        @Override
        public boolean getDisableCompletely() {
          return true;
        }

        @Override
        public boolean getEnabled() {
          return false;
        }
      };

  EngineConfig(Path root) {
    super(root.toString());
  }

  /** The engine logs through its own framework, which asks this system property where to. */
  static void silenceLogs(Path root) {
    if (System.getProperty("out") != null) {
      return;
    }
    try {
      Path config = root.resolve("log.conf");
      Files.writeString(config, "writers=\n");
      System.setProperty("out", config.toString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Starts that framework without the line it prints on the standard error output. */
  static void startLogs() {
    PrintStream standard = System.err;
    System.setErr(new PrintStream(OutputStream.nullOutputStream(), false, UTF_8));
    try {
      LogFactory.getInstance();
    } finally {
      System.setErr(standard);
    }
  }

  @Override
  public int getCommitMode() {
    return CommitMode.SYNC;
  }

  @Override
  public TelemetryConfiguration getTelemetryConfiguration() {
    return NO_TELEMETRY;
  }

  @Override
  public boolean isMatViewEnabled() {
    return false;
  }

  /**
   * Batches overlap in time by what the network jitters. Splitting small rewrites two megabytes of
   * a partition for that, not all of it: 1.8 against 3.2 µs of CPU a row (decision 0002).
   */
  @Override
  public long getPartitionO3SplitMinSize() {
    return 2 << 20;
  }

  @Override
  public int getO3ColumnMemorySize() {
    return 1 << 20;
  }

  @Override
  public long getWalDataAppendPageSize() {
    return 1 << 20;
  }

  @Override
  public long getDataAppendPageSize() {
    return 1 << 20;
  }
}
