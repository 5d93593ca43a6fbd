package io.vagus.server;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vagus.api.ApiParts;
import io.vagus.api.ApiServer;
import io.vagus.ingest.Ingest;
import io.vagus.ingest.IngestParts;
import io.vagus.ingest.Intake;
import io.vagus.journal.FileJournal;
import io.vagus.journal.Journal;
import io.vagus.kit.ErrorCode;
import io.vagus.kit.MonotonicClock;
import io.vagus.kit.VagusException;
import io.vagus.kit.WallClock;
import io.vagus.model.Transport;
import io.vagus.process.Processor;
import io.vagus.registry.Registry;
import io.vagus.registry.sql.SqliteRegistry;
import io.vagus.series.Series;
import io.vagus.series.questdb.QuestDbSeries;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.StringJoiner;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;

/**
 * The platform: one process on one data folder. What is started here is started in the order of the
 * data's way, and stopped in the reverse.
 */
public final class Server implements AutoCloseable {
  public static final String TOKEN_FILE = "admin.token";
  public static final String READY_FILE = "ready";

  private final Stack started = new Stack();
  private final CountDownLatch closed = new CountDownLatch(1);
  private final Optional<String> firstToken;
  private final Map<Transport, InetSocketAddress> addresses;
  private final Duration startTime;

  /** Starts everything, or nothing: what was started is stopped when a later part cannot start. */
  public static Server start(Configuration configuration) {
    return new Server(configuration);
  }

  private Server(Configuration configuration) {
    try {
      WallClock wall = WallClock.system();
      MonotonicClock monotonic = MonotonicClock.system();
      PrometheusMeterRegistry meters = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
      DataDirectory data = started.add(DataDirectory.open(configuration.server().data()));

      // The engines that take longest to open do so side by side.
      CompletableFuture<QuestDbSeries> opening =
          CompletableFuture.supplyAsync(
              () ->
                  QuestDbSeries.open(
                      data.resolve("series"), configuration.series(), wall, meters),
              Thread.ofVirtual()::start);
      Registry registry =
          started.add(SqliteRegistry.open(data.resolve("registry.db"), wall, monotonic));
      Journal messages = started.add(journal("journal", data, configuration, meters));
      Journal sessions = started.add(journal("sessions", data, configuration, meters));
      QuestDbSeries series = started.add(join(opening));
      firstToken = firstToken(data, registry);

      Intake intake =
          new Intake(messages, new TelemetryValidator(registry), wall, monotonic, meters);
      Processor processor =
          started.add(Processor.start(null));
      ApiServer api = started.add(ApiServer.start(loopback(), null));
      Ingest ingest = started.add(Ingest.start(null));
      addresses = ingest.addresses();
      startTime = Duration.between(processStart(), Instant.now());
      Files.writeString(data.resolve(READY_FILE), readyLine());
    } catch (RuntimeException | java.io.IOException e) {
      started.close();
      throw e;
    }
  }
}
