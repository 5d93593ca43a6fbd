package io.vagus.api;

import com.eatthepath.otp.TimeBasedOneTimePasswordGenerator;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vagus.command.Bulk;
import io.vagus.command.BulkOrder;
import io.vagus.command.BulkRecords;
import io.vagus.command.Bulks;
import io.vagus.command.CommandConfig;
import io.vagus.command.CommandRecords;
import io.vagus.command.Commands;
import io.vagus.command.InMemoryBulkRecords;
import io.vagus.command.InMemoryCommandRecords;
import io.vagus.expression.Functions;
import io.vagus.function.Shipped;
import io.vagus.kit.DataSize;
import io.vagus.kit.MonotonicClock;
import io.vagus.kit.WallClock;
import io.vagus.model.Command;
import io.vagus.model.CommandModel;
import io.vagus.model.CommandState;
import io.vagus.model.DeviceId;
import io.vagus.model.GroupId;
import io.vagus.model.MetricModel;
import io.vagus.model.MetricType;
import io.vagus.model.ProductModel;
import io.vagus.model.Reported;
import io.vagus.model.Transport;
import io.vagus.model.TwinModel;
import io.vagus.model.Violation;
import io.vagus.registry.BatchMember;
import io.vagus.registry.ClaimCertificate;
import io.vagus.registry.EnrolmentBatch;
import io.vagus.registry.EnrolmentToken;
import io.vagus.registry.Group;
import io.vagus.registry.InMemoryRegistry;
import io.vagus.registry.IssuedCertificate;
import io.vagus.registry.People.NewUser;
import io.vagus.registry.Registry;
import io.vagus.registry.Registry.NewDevice;
import io.vagus.registry.Role;
import io.vagus.registry.RoleGrant;
import io.vagus.registry.Tokens.NewToken;
import io.vagus.rule.Action;
import io.vagus.rule.Effect.AlertClass;
import io.vagus.rule.Firing;
import io.vagus.rule.InMemoryOutbox;
import io.vagus.rule.InMemoryRuleBook;
import io.vagus.rule.InMemorySinks;
import io.vagus.rule.Rule;
import io.vagus.rule.RuleCodec;
import io.vagus.rule.Sink;
import io.vagus.rule.engine.CompiledBook;
import io.vagus.rule.function.InMemoryFunctionBook;
import io.vagus.series.Series;
import io.vagus.testkit.ManualClock;
import io.vagus.trust.CredentialAudit;
import io.vagus.trust.DeviceCertificates;
import io.vagus.trust.KeyKind;
import io.vagus.trust.OfflineRoot;
import io.vagus.trust.Surroundings;
import io.vagus.trust.TrustConfig;
import io.vagus.twin.DesiredChanges;
import io.vagus.twin.InMemoryRelations;
import io.vagus.twin.Interlocks;
import io.vagus.twin.Node;
import io.vagus.twin.Relation;
import io.vagus.twin.ReportedPast;
import io.vagus.twin.Templates;
import io.vagus.twin.TwinCopies;
import io.vagus.twin.Twins;
import io.vagus.watch.Alert;
import io.vagus.watch.AlertChange;
import io.vagus.watch.InMemoryAlerts;
import io.vagus.watch.Watch;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.InvalidKeyException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import javax.crypto.spec.SecretKeySpec;
import org.bouncycastle.util.encoders.Base32;

/** A running server with a product, a device with readings, and tokens. */
final class Fixture implements AutoCloseable {
  static final String PASSWORD = "a long walk home";
  static final long NOW = WallClock.system().micros();
  static final String RULE =
      """
      {"id": "overheat", "owner": "heating-team", "products": ["pump"],
       "when": "readings.temperature.value > 80.0",
       "effects": [{"do": "command", "name": "open"}]}
      """;
  static final Listeners LISTENERS =
      new Listeners(
          Map.of(
              Transport.MQTT, new InetSocketAddress(InetAddress.getLoopbackAddress(), 1883),
              Transport.HTTPS, new InetSocketAddress("0.0.0.0", 8443)),
          Optional.of("-----BEGIN CERTIFICATE-----"));
  static final HttpClient CLIENT =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(10))
          .build();

  /** Moved by the test of a {@link #clocked} server only. */
  final ManualClock clock = new ManualClock(NOW);

  final InMemoryRegistry registry = new InMemoryRegistry(WallClock.system());
  final FakeSeries series = new FakeSeries();
  final FakeLive live = new FakeLive();

  /** What devices report, as far as a test says so. */
  final ConcurrentHashMap<DeviceId, Reported> reported = new ConcurrentHashMap<>();

  final FakeBackups backups = new FakeBackups();
  final Watch watch = new Watch(registry, WallClock.system(), MonotonicClock.system());
  final FakeLedger ledger = new FakeLedger();
  final PrometheusMeterRegistry meters = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  volatile Health health = new Health(Map.of("journal", Health.Component.UP));
  final Twins twins = Twins.start(registry, WallClock.system(), meters);
  final Interlocks interlocks =
      new Interlocks(
          registry, series, d -> Optional.ofNullable(reported.get(d)), WallClock.system());
  private final CommandRecords records = records();
  final Commands commands =
      Commands.start(
          records,
          registry,
          device -> Optional.ofNullable(reported.get(device)),
          interlocks,
          CommandConfig.defaults(),
          WallClock.system(),
          MonotonicClock.system(),
          meters);
  private final Bulks bulks =
      Bulks.start(bulkRecords(records), commands, WallClock.system(), MonotonicClock.system());
  private final DesiredChanges desired = new DesiredChanges(registry, interlocks);
  private final Templates templates = Templates.start(registry, desired);
  final InMemoryFunctionBook functions = new InMemoryFunctionBook(WallClock.system());
  final InMemorySinks sinks = new InMemorySinks();
  final InMemoryRuleBook rules =
      new InMemoryRuleBook(product -> registry.model(product).map(ProductModel::version).orElse(0));
  final InMemoryOutbox outbox = new InMemoryOutbox();
  final InMemoryAlerts alerts = new InMemoryAlerts();
  final ApiServer server;
  final String admin;

  static Fixture secured() {
    return new Fixture(false, config(false), Optional.empty());
  }

  static Fixture open() {
    return new Fixture(true, config(false), Optional.empty());
  }

  static ApiConfig config(boolean openMetrics) {
    return new ApiConfig(
        DataSize.ofMebibytes(1),
        DataSize.ofMebibytes(4),
        200,
        4,
        Duration.ofMillis(200),
        openMetrics);
  }

  /** Sessions and waits pass when a test says so. */
  static Fixture clocked() {
    return new Fixture(false, config(false), Optional.empty(), true);
  }

  Fixture(boolean open, ApiConfig config, Optional<Series> otherSeries) {
    this(open, config, otherSeries, false);
  }

  private Fixture(boolean open, ApiConfig config, Optional<Series> otherSeries, boolean clocked) {
    registry.saveProduct(product("pump"));
    registry.saveProduct(product("spare"));
    registry.createDevice(device("pump-1"));
    registry.saveGroup(new Group(new GroupId("acme"), Optional.empty(), "Acme", Optional.empty()));
    registry.saveApplication(
        "dashboard", Optional.empty(), List.of(new Registry.Grant("plant/#", true, true)));
    for (int i = 0; i < 100; i++) {
      series.append(
          FakeSeries.reading("pump-1", "temperature", NOW - i * 1_000_000L, 20 + i / 10.0));
    }
    registry.certificates().add(certificate("5f0e1a", "pump-1"));
    functions.save(
        "units", Shipped.manifest("units"), Shipped.module("units"), OptionalLong.empty());
    rules.put(RuleCodec.read(RULE));
    outbox.add(List.of(firing(7)));
    alerts.raise(
        new AlertChange.Raise(
            AlertChange.ofRule("overheat"),
            Optional.of(new DeviceId("pump-1")),
            1,
            NOW,
            AlertClass.TICKET,
            "Too hot",
            new Alert.Cause(Optional.of("overheat~1~7~0"), Optional.of("17"), List.of("c0ffee"))));
    var unused =
        sinks.put("erp", new Sink.Order(Sink.Kind.WEBHOOK, "", Map.of("url", "-"), Map.of()));
    registry
        .people()
        .add(
            new NewUser(
                "ada",
                "Ada L.",
                Optional.of(PASSWORD),
                List.of(new RoleGrant(Role.VIEWER, GroupId.ALL))));
    enrolment();
    watch.begin(ledger);
    admin = token("admin", "admin");
    Optional<DeviceCertificates> authority = authority();
    server =
        ApiServer.start(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
            new ApiParts(
                registry,
                authority,
                new CredentialAudit(
                    registry,
                    authority,
                    TrustConfig.defaults(),
                    Surroundings.ofListeners(List.of("mqtt")),
                    WallClock.system()),
                ledger,
                otherSeries.orElse(series),
                series,
                twins,
                desired,
                device -> Optional.ofNullable(reported.get(device)),
                (device, at) ->
                    new ReportedPast.Known(reported.getOrDefault(device, Reported.none(device))),
                relations(),
                twinCopies(),
                templates,
                commands,
                bulks,
                new RuleSources(
                    rules,
                    () -> Functions.NONE,
                    sinks::names,
                    new CompiledBook(rules, registry::products, () -> Functions.NONE),
                    io.vagus.rule.engine.Surroundings.NONE,
                    rule -> Optional.empty(),
                    outbox,
                    alerts),
                functions,
                sinks,
                live,
                watch,
                () -> LISTENERS,
                () -> health,
                meters,
                meters::scrape,
                backups,
                WallClock.system(),
                clocked ? clock : MonotonicClock.system(),
                config,
                LoginConfig.defaults(),
                OidcConfig.defaults(),
                Optional.empty(),
                open));
  }

  static Firing firing(long offset) {
    return new Firing(
        offset,
        0,
        "overheat",
        1,
        new DeviceId("pump-1"),
        "pump",
        Firing.Phase.RAISED,
        Rule.Mode.LIVE,
        NOW,
        NOW,
        Map.of("readings.temperature.value", 81.5),
        List.of(
            new Action.SendCommand(
                new DeviceId("pump-1"), "open", "{}", Optional.empty(), Optional.empty())));
  }

  private void enrolment() {
    Instant now = WallClock.system().now();
    Instant later = now.plus(Duration.ofDays(5));
    registry
        .batches()
        .create(
            new EnrolmentBatch(
                "march", "pump", Optional.empty(), 100, Optional.empty(), now, Optional.empty()));
    registry
        .batches()
        .addMembers(
            "march", List.of(BatchMember.listed(new DeviceId("pump-9"), Optional.of("SN-9"))));
    registry
        .batches()
        .addClaim(
            new ClaimCertificate(
                "c1a1", "march", "fingerprint", "1a", now, later, Optional.empty()));
    registry
        .enrolmentTokens()
        .add(
            List.of(
                new EnrolmentToken(
                    "00112233445566ff",
                    "digest",
                    Optional.of("march"),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    now,
                    later,
                    Optional.empty(),
                    Optional.empty())));
  }

  static ProductModel product(String id) {
    return new ProductModel(
        id,
        1,
        "Pump",
        Map.of(
            "temperature",
            new MetricModel(
                "temperature",
                MetricType.NUMBER,
                "Cel",
                OptionalDouble.of(-40),
                OptionalDouble.empty(),
                Violation.REFUSE)),
        Optional.empty(),
        Optional.of(Duration.ofSeconds(10)),
        0,
        Map.of(
            "open",
            new CommandModel(
                "open",
                Map.of(),
                Set.of(),
                Command.Lane.NORMAL,
                Optional.of(
                    new CommandModel.Effect("/open", Optional.empty(), Optional.of("true"))),
                Duration.ofMinutes(1))),
        TwinModel.NONE);
  }

  /** One that waits for its device, one for people. */
  private static InMemoryCommandRecords records() {
    InMemoryCommandRecords records = new InMemoryCommandRecords();
    records.write(
        List.of(
            new CommandRecords.Entry(waiting("c0ffee", CommandState.QUEUED), 1, true),
            new CommandRecords.Entry(waiting("c0de", CommandState.AWAITING_APPROVAL), 2, true)));
    return records;
  }

  private static Command waiting(String id, CommandState state) {
    String asker = state == CommandState.QUEUED ? "user:ada" : "system";
    return new Command(
        id,
        new DeviceId("pump-1"),
        "open",
        "{}",
        Command.Lane.NORMAL,
        NOW + 3_600_000_000L,
        Optional.empty(),
        Optional.empty(),
        0,
        List.of(new Command.Step(state, NOW, asker, "")),
        0,
        0,
        0,
        Optional.empty());
  }

  /** One that waits for somebody to let it go on. */
  private static InMemoryBulkRecords bulkRecords(CommandRecords commands) {
    InMemoryBulkRecords records = new InMemoryBulkRecords(commands);
    BulkOrder order =
        new BulkOrder(
            "open",
            "{}",
            Optional.empty(),
            Optional.empty(),
            new BulkOrder.Scope(Optional.empty(), Optional.of("pump"), Optional.empty()),
            10,
            Optional.of(new BulkOrder.Stop(0.1, 10)),
            "user:ada");
    records.create(
        new Bulk("b01d", order, Bulk.State.PAUSED, "", NOW, 0, 1, 0),
        List.of(new BulkRecords.Member(1, new DeviceId("pump-1"), "f00d")),
        () -> {});
    return records;
  }

  private static InMemoryRelations relations() {
    InMemoryRelations relations = new InMemoryRelations();
    relations.save(
        new Relation(
            Relation.Kind.FEEDS,
            new Node.OfDevice(new DeviceId("pump-1")),
            new Node.OfGroup(new GroupId("acme")),
            "by pipe B"));
    return relations;
  }

  private TwinCopies twinCopies() {
    TwinCopies copies =
        new TwinCopies(
            registry,
            device -> Optional.ofNullable(reported.get(device)),
            WallClock.system(),
            () -> "c0b1");
    copies.make(new DeviceId("pump-1"));
    return copies;
  }

  static NewDevice device(String id) {
    return new NewDevice(new DeviceId(id), "pump", id, Map.of("site", "north"), Optional.empty());
  }

  private static IssuedCertificate certificate(String serial, String device) {
    Instant now = WallClock.system().now();
    return new IssuedCertificate(
        serial,
        new DeviceId(device),
        "key of " + device,
        "P-256",
        "fingerprint",
        "1a",
        now,
        now.plus(Duration.ofDays(5)),
        Optional.empty());
  }

  private Optional<DeviceCertificates> authority() {
    return DeviceCertificates.open(
        Authority.FOLDER, TrustConfig.defaults(), registry, WallClock.system(), meters);
  }

  /** Made once for all tests: its keys cost more than a server. */
  private static final class Authority {
    static final Path FOLDER = make();

    private static Path make() {
      try {
        Path folder = Files.createTempDirectory("vagus-ca-");
        OfflineRoot.create(
            folder.resolve("trust"),
            folder.resolve("root.p12"),
            "a long passphrase".toCharArray(),
            KeyKind.P256,
            WallClock.system().now());
        OfflineRoot.renewIssuer(
            folder.resolve("trust"),
            folder.resolve("root.p12"),
            "a long passphrase".toCharArray(),
            Optional.empty(),
            WallClock.system().now());
        return folder.resolve("trust");
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /** Serial number of the issuer that was before. */
  String formerIssuer() {
    return authority().orElseThrow().rollover().generations().getLast().serial();
  }

  String token(String name, String... scopes) {
    return registry
        .tokens()
        .issue(new NewToken(name, List.of(scopes), GroupId.ALL, Optional.empty(), Optional.empty()))
        .text();
  }

  URI uri(String path) {
    return URI.create("http://127.0.0.1:" + server.address().getPort() + path);
  }

  HttpRequest.Builder request(String method, String path, String body) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(uri(path))
            .timeout(Duration.ofSeconds(30))
            .header("Authorization", "Bearer " + admin)
            .method(
                method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
    return body.isEmpty() ? request : request.header("Content-Type", "application/json");
  }

  /** A call with the cookie of the user's session, as the console makes it. */
  HttpRequest.Builder signedIn(String user, String method, String path, String body)
      throws IOException, InterruptedException {
    String login = "{\"name\": \"" + user + "\", \"password\": \"" + PASSWORD + "\"}";
    HttpResponse<String> answer =
        send(request("POST", "/api/v1/login", login).header("X-Vagus-Console", "1").build());
    String cookie = answer.headers().firstValue("Set-Cookie").orElseThrow().split(";")[0];
    HttpRequest.Builder request =
        HttpRequest.newBuilder(uri(path))
            .timeout(Duration.ofSeconds(30))
            .header("Cookie", cookie)
            .header("X-Vagus-Console", "1")
            .method(
                method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
    return body.isEmpty() ? request : request.header("Content-Type", "application/json");
  }

  /** Begins a second factor and gives the body that confirms it. */
  String begunSecondFactor(String user) {
    return "{\"code\": \"" + code(registry.people().beginTotp(user)) + "\"}";
  }

  static String code(String secret) {
    try {
      return new TimeBasedOneTimePasswordGenerator()
          .generateOneTimePasswordString(
              new SecretKeySpec(Base32.decode(secret), "HmacSHA1"), WallClock.system().now());
    } catch (InvalidKeyException e) {
      throw new IllegalStateException(e);
    }
  }

  HttpResponse<String> call(String method, String path, String body)
      throws IOException, InterruptedException {
    return send(request(method, path, body).build());
  }

  HttpResponse<String> get(String path) throws IOException, InterruptedException {
    return call("GET", path, "");
  }

  static HttpResponse<String> send(HttpRequest request) throws IOException, InterruptedException {
    return CLIENT.send(request, BodyHandlers.ofString());
  }

  @Override
  public void close() {
    server.close();
    templates.close();
    bulks.close();
    commands.close();
    twins.close();
    watch.close();
    registry.close();
  }
}
