package io.vagus.server;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vagus.api.ApiParts;
import io.vagus.api.ApiServer;
import io.vagus.api.Listeners;
import io.vagus.command.SqlCommandRecords;
import io.vagus.ingest.ApiBehind;
import io.vagus.ingest.Ingest;
import io.vagus.ingest.IngestParts;
import io.vagus.ingest.Intake;
import io.vagus.journal.FileJournal;
import io.vagus.kit.ErrorCode;
import io.vagus.kit.HopKey;
import io.vagus.kit.MonotonicClock;
import io.vagus.kit.VagusException;
import io.vagus.kit.WallClock;
import io.vagus.model.GroupId;
import io.vagus.model.Transport;
import io.vagus.process.ProcessParts;
import io.vagus.process.Processor;
import io.vagus.registry.Registry;
import io.vagus.registry.Tokens.NewToken;
import io.vagus.registry.Tokens.Token;
import io.vagus.registry.sql.Schema;
import io.vagus.registry.sql.SqlRegistry;
import io.vagus.rule.SqlRules;
import io.vagus.rule.function.SqlFunctions;
import io.vagus.series.questdb.QuestDbSeries;
import io.vagus.sink.SqlSinks;
import io.vagus.trust.CredentialAudit;
import io.vagus.trust.DeviceCertificates;
import io.vagus.trust.Surroundings;
import io.vagus.twin.SqlRelations;
import io.vagus.watch.SqlAlerts;
import io.vagus.watch.Watch;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.StringJoiner;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;

/**
 * The platform: one process on one data folder. Its parts are started in the order of the data's
 * way and stopped in the reverse, so that what came in is made durable and processed. Thread-safe.
 */
public final class Server implements AutoCloseable {
  public static final String TOKEN_FILE = "admin.token";
  public static final String READY_FILE = "ready";

  /** The newest format of a data folder that this version reads. */
  public static final int DATA_FORMAT = DataDirectory.FORMAT;

  /** The tables of every module that keeps some in the registry's database. */
  public static final Schema SCHEMA =
      Schema.REGISTRY
          .with(SqlCommandRecords.PART)
          .with(SqlRelations.PART)
          .with(SqlRules.PART)
          .with(SqlFunctions.PART)
          .with(SqlAlerts.PART)
          .with(SqlSinks.PART);

  private final WallClock wall;
  private final MonotonicClock monotonic = MonotonicClock.system();
  private final PrometheusMeterRegistry meters =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final Parts parts = new Parts();
  private final AtomicReference<Listeners> listeners = new AtomicReference<>(Listeners.NONE);
  private final CountDownLatch closed = new CountDownLatch(1);
  private final Configuration configuration;
  private final Map<Transport, InetSocketAddress> addresses;
  private final Optional<String> firstToken;
  private final Duration startTime;

  /** Starts everything, or nothing: what was started is stopped when a later part cannot start. */
  public static Server start(Configuration configuration) {
    return start(configuration, WallClock.system());
  }

  /** By another time of day. */
  static Server start(Configuration configuration, WallClock wall) {
    return new Server(configuration, wall);
  }

  private Server(Configuration configuration, WallClock wall) {
    this.configuration = configuration;
    this.wall = wall;
    try {
      DataDirectory data = parts.add(DataDirectory.open(configuration.server().data()));
      // The engine that takes longest to open does so beside the others.
      CompletableFuture<QuestDbSeries> opening =
          CompletableFuture.supplyAsync(() ->
              QuestDbSeries.open(data.resolve("series"), configuration.series(), wall, meters));
      parts.add(() -> opening.thenAccept(QuestDbSeries::close).join());
      SqlRegistry registry =
          parts.add(
              SqlRegistry.open(
                  configuration.registry(), data.resolve("registry.db"), SCHEMA, wall, monotonic));
      firstToken = firstToken(data, registry);
      addresses = startStages(data, registry, opening);
      // Of the JVM, not of the process: that is the launcher's, which may have built first.
      startTime = Duration.ofMillis(ManagementFactory.getRuntimeMXBean().getUptime());
      data.write(READY_FILE, readyLine());
    } catch (RuntimeException e) {
      parts.close();
      throw e instanceof CompletionException && e.getCause() instanceof VagusException cause
          ? cause
          : e;
    }
  }

  private Map<Transport, InetSocketAddress> startStages(
      DataDirectory data, SqlRegistry registry, CompletableFuture<QuestDbSeries> opening) {
    FileJournal messages = journal(data, "journal");
    FileJournal sessions = journal(data, "sessions");
    Intake intake = new Intake(messages, new TelemetryValidator(registry), wall, monotonic, meters);
    Optional<DeviceCertificates> certificates =
        DeviceCertificates.open(
            DeviceCertificates.folder(data.root()), configuration.trust(), registry, wall, meters);
    DeviceErrors errors = new DeviceErrors();
    Watch watch = parts.add(new Watch(registry, wall, monotonic));
    watch.keepRefusals(data.resolve("refusals"));
    FunctionCounter.builder("vagus.cloned.identities", watch, Watch::cloned)
        .description("Times that one identity was seen at two places")
        .register(meters);
    QuestDbSeries series = opening.join();
    WayDown down =
        WayDown.start(parts, registry, configuration.commands(), wall, monotonic, meters);
    RuleWay rules =
        RuleWay.start(parts, registry, down.relations(), configuration.alerts(), wall, monotonic);
    Processor processor =
        parts.add(
            Processor.start(
                new ProcessParts(
                    configuration.process(),
                    data.resolve("process"),
                    messages,
                    series,
                    registry,
                    watch,
                    intake.arrivals()::received,
                    errors,
                    down::heard,
                    rules.parts(),
                    wall,
                    monotonic,
                    meters,
                    series.needsRebuild(),
                    series::rebuildStarted)));
    watch.begin(processor.ledger());
    down.compareWith(processor);
    parts.add(FirstContact.start(registry, watch, processor.live()));
    if (configuration.listen().open()) {
      parts.add(OpenRegistration.start(registry, processor.live()));
    }
    ServerBackups backups =
        parts.add(new ServerBackups(data, registry, series, messages, sessions, processor, wall));
    SinkWay sinks =
        SinkWay.start(
            parts,
            configuration.sinks(),
            registry,
            processor,
            messages,
            down,
            rules,
            wall,
            monotonic,
            meters);
    ServerHealth health =
        new ServerHealth(
            registry.database(), messages, sessions, processor, series, down, sinks.sinks());
    HopKey hop = new HopKey();
    ApiServer api =
        parts.add(
            ApiServer.start(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                new ApiParts(
                    registry,
                    certificates,
                    credentialAudit(
                        registry,
                        certificates,
                        ServerSurroundings.of(configuration, data, down.reported())),
                    processor.ledger(),
                    series,
                    processor.latest(),
                    down.twins(),
                    down.desired(),
                    down.reported(),
                    processor.reportedPast(),
                    down.relations(),
                    down.copies(),
                    down.templates(),
                    down.commands(),
                    down.bulks(),
                    rules.sources(processor, sinks.sinks()),
                    rules.functions(),
                    sinks.sinks(),
                    processor.live(),
                    watch,
                    listeners::get,
                    health,
                    meters,
                    meters::scrape,
                    backups,
                    wall,
                    monotonic,
                    configuration.api(),
                    configuration.login(),
                    configuration.oidc(),
                    Optional.of(hop),
                    configuration.listen().open())));
    Ingest ingest =
        parts.add(
            Ingest.start(
                new IngestParts(
                    configuration.listen(),
                    configuration.limits(),
                    configuration.access(),
                    configuration.mqtt(),
                    configuration.tls(),
                    data.root(),
                    intake,
                    sessions,
                    registry,
                    certificates,
                    watch,
                    parts.add(new PlatformWay(registry, down, errors)),
                    Optional.of(new ApiBehind(api.address(), hop)),
                    wall,
                    monotonic,
                    meters)));
    errors.sendBy(ingest);
    down.sendBy(ingest);
    sinks.publishBy(ingest);
    listeners.set(new Listeners(ingest.addresses(), ownCertificate(data)));
    return ingest.addresses();
  }

  private CredentialAudit credentialAudit(
      Registry registry, Optional<DeviceCertificates> certificates, Surroundings around) {
    CredentialAudit audit =
        new CredentialAudit(registry, certificates, configuration.trust(), around, wall);
    audit.ages().register(meters);
    return audit;
  }

  /** Its own, which nobody known has signed; no secret, each handshake shows it. */
  private Optional<String> ownCertificate(DataDirectory data) {
    Path file = data.resolve("tls").resolve("server.crt");
    if (configuration.tls().isGiven() || !Files.exists(file)) {
      return Optional.empty();
    }
    try {
      return Optional.of(Files.readString(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private FileJournal journal(DataDirectory data, String name) {
    return parts.add(
        FileJournal.open(data.resolve(name), configuration.journal(), wall, monotonic, meters));
  }

  private static Optional<String> firstToken(DataDirectory data, Registry registry) {
    if (Files.exists(data.resolve(TOKEN_FILE))) {
      return Optional.empty();
    }
    String token =
        registry
            .tokens()
            .issue(
                new NewToken(
                    freeName(registry),
                    List.of("admin"),
                    GroupId.ALL,
                    Optional.empty(),
                    Optional.empty()))
            .text();
    data.writeSecret(TOKEN_FILE, token + System.lineSeparator());
    return Optional.of(token);
  }

  /** A restored registry knows the token of the folder it comes from, whose file stayed there. */
  private static String freeName(Registry registry) {
    Set<String> taken =
        registry.tokens().all().stream().map(Token::name).collect(Collectors.toSet());
    String name = "admin";
    for (int i = 2; taken.contains(name); i++) {
      name = "admin-" + i;
    }
    return name;
  }

  /** The admin token when this start made it; it is told nowhere else but in its file. */
  public Optional<String> firstToken() {
    return firstToken;
  }

  /** One line for people and scripts: {@code ready http=http://… mqtt=… start=1.4s}. */
  public String readyLine() {
    StringJoiner line = new StringJoiner(" ", "ready ", "");
    addresses.entrySet().stream()
        .sorted(Map.Entry.comparingByKey(java.util.Comparator.comparing(Server::rank)))
        .forEach(e -> line.add(e.getKey().label() + "=" + url(e.getKey(), e.getValue())));
    return line.add(String.format(Locale.ROOT, "start=%.1fs", startTime.toMillis() / 1000.0))
        .toString();
  }

  /** Base URL of API and HTTP ingestion. */
  public String httpUrl() {
    InetSocketAddress address = addresses.get(Transport.HTTP);
    if (address == null) {
      throw new VagusException(
          ErrorCode.INVALID_SETTING, "listen.http: off (expected: an address)");
    }
    return url(Transport.HTTP, address);
  }

  /** Where a listener is; empty when it is off. */
  public Optional<InetSocketAddress> address(Transport transport) {
    return Optional.ofNullable(addresses.get(transport));
  }

  private static int rank(Transport transport) {
    return switch (transport) {
      case HTTP -> 0;
      case HTTPS -> 1;
      default -> 2 + transport.ordinal();
    };
  }

  private static String url(Transport transport, InetSocketAddress address) {
    String host = address.getAddress().getHostAddress();
    String hostPort = (host.contains(":") ? "[" + host + "]" : host) + ":" + address.getPort();
    return switch (transport) {
      case HTTP -> "http://" + hostPort;
      case HTTPS -> "https://" + hostPort;
      default -> hostPort;
    };
  }

  /** Returns when {@link #close} is done. */
  public void awaitClose() throws InterruptedException {
    closed.await();
  }

  @Override
  public synchronized void close() {
    parts.close();
    closed.countDown();
  }
}
