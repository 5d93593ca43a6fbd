package io.vagus.ingest;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vagus.ingest.mqtt.MqttConfig;
import io.vagus.journal.InMemoryJournal;
import io.vagus.kit.DataSize;
import io.vagus.kit.HopKey;
import io.vagus.kit.HostPort;
import io.vagus.kit.MonotonicClock;
import io.vagus.kit.WallClock;
import io.vagus.model.DeviceId;
import io.vagus.model.Envelope;
import io.vagus.model.MetricModel;
import io.vagus.model.MetricType;
import io.vagus.model.ProductModel;
import io.vagus.model.Refusals;
import io.vagus.model.Transport;
import io.vagus.model.Violation;
import io.vagus.registry.InMemoryRegistry;
import io.vagus.registry.Registry;
import io.vagus.watch.Watch;
import io.vagus.wire.TelemetryCodec;
import io.vagus.wire.Validation;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/** A real ingest on free ports of the loopback address, with two devices that may connect. */
public final class IngestFixture implements AutoCloseable {
  public static final String SECRET = "correct horse";
  public static final LimitsConfig LIMITS = LimitsConfig.defaults();
  private static final HostPort FREE = HostPort.parse("127.0.0.1:0");

  public final GatedJournal journal = new GatedJournal();
  public final InMemoryRegistry registry = new InMemoryRegistry(WallClock.system());
  public final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  public final Ingest ingest;

  /** What differs from one test to the next. */
  public record Options(
      LimitsConfig limits,
      AccessConfig access,
      boolean open,
      boolean tls,
      Optional<ApiBehind> api,
      Path data,
      WallClock wallClock,
      MonotonicClock clock) {
    public static final Options DEFAULTS =
        new Options(
            LIMITS,
            AccessConfig.defaults(),
            false,
            false,
            Optional.empty(),
            Path.of(""),
            WallClock.system(),
            MonotonicClock.system());

    public Options withClock(MonotonicClock changed) {
      return new Options(limits, access, open, tls, api, data, wallClock, changed);
    }

    public Options withWallClock(WallClock changed) {
      return new Options(limits, access, open, tls, api, data, changed, clock);
    }

    public Options withLimits(LimitsConfig changed) {
      return new Options(changed, access, open, tls, api, data, wallClock, clock);
    }

    public Options withAccess(AccessConfig changed) {
      return new Options(limits, changed, open, tls, api, data, wallClock, clock);
    }

    public Options asOpen() {
      return new Options(limits, access, true, tls, api, data, wallClock, clock);
    }

    public Options withTls(Path changed) {
      return new Options(limits, access, open, true, api, changed, wallClock, clock);
    }

    public Options withApi(InetSocketAddress changed) {
      return new Options(
          limits,
          access,
          open,
          tls,
          Optional.of(new ApiBehind(changed, new HopKey())),
          data,
          wallClock,
          clock);
    }
  }

  public IngestFixture() {
    this(Options.DEFAULTS);
  }

  public IngestFixture(Options options) {
    registry.saveProduct(product("thermometer", 0));
    registry.saveProduct(product("chatty", 3));
    addDevice("t-1", "thermometer");
    addDevice("t-2", "thermometer");
    addDevice("c-1", "chatty");
    Intake intake =
        new Intake(journal, this::problem, options.wallClock(), options.clock(), meters);
    ingest =
        Ingest.start(
            new IngestParts(
                new ListenConfig(
                    HostPort.OFF,
                    HostPort.OFF,
                    HostPort.OFF,
                    HostPort.OFF,
                    FREE,
                    options.tls() ? FREE : HostPort.OFF,
                    options.open(),
                    2),
                options.limits(),
                options.access(),
                MqttConfig.defaults(),
                TlsConfig.defaults(),
                options.data(),
                intake,
                new InMemoryJournal(),
                registry,
                Optional.empty(),
                new Watch(registry, WallClock.system(), MonotonicClock.system()),
                new NothingBack(),
                options.api(),
                options.wallClock(),
                options.clock(),
                meters));
  }

  private static ProductModel product(String id, int perMinute) {
    MetricModel temperature =
        new MetricModel(
            "temperature",
            MetricType.NUMBER,
            "Cel",
            OptionalDouble.of(-50),
            OptionalDouble.of(100),
            Violation.REFUSE);
    return new ProductModel(
        id,
        1,
        id,
        Map.of("temperature", temperature),
        Optional.empty(),
        Optional.empty(),
        perMinute);
  }

  private void addDevice(String id, String product) {
    registry.createDevice(
        new Registry.NewDevice(new DeviceId(id), product, id, Map.of(), Optional.of(SECRET)));
  }

  private Optional<Validator.Problem> problem(Envelope envelope) {
    return switch (TelemetryCodec.decode(envelope.contentType(), envelope.payload())) {
      case TelemetryCodec.Undecodable bad ->
          Optional.of(new Validator.Problem(bad.code(), bad.why()));
      case TelemetryCodec.Decoded good ->
          Validation.check(
                  good.samples(), registry.model(envelope.product()).orElse(ProductModel.OPEN))
              .map(problem -> new Validator.Problem(problem.code(), problem.why()));
    };
  }

  public static LimitsConfig limits(
      DataSize maxPayload, Duration head, Duration request, Duration idle, int maxInFlight) {
    return new LimitsConfig(
        maxPayload,
        LIMITS.maxConnections(),
        LIMITS.maxConnectionsPerAddress(),
        LIMITS.newConnectionsPerAddress(),
        true,
        LIMITS.wrongPasswords(),
        LIMITS.maxBackoff(),
        head,
        request,
        idle,
        maxInFlight);
  }

  public InetSocketAddress http() {
    return ingest.addresses().get(Transport.HTTP);
  }

  public InetSocketAddress https() {
    return ingest.addresses().get(Transport.HTTPS);
  }

  public List<Envelope> envelopes() {
    return journal.entries().stream()
        .filter(Envelope.class::isInstance)
        .map(Envelope.class::cast)
        .toList();
  }

  public List<Refusals.Tally> tallies() {
    return journal.entries().stream()
        .filter(Refusals.class::isInstance)
        .flatMap(entry -> ((Refusals) entry).tallies().stream())
        .toList();
  }

  @Override
  public void close() {
    ingest.close();
    journal.close();
  }
}
