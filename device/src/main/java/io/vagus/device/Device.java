package io.vagus.device;

import io.vagus.device.mqtt.DeviceLoops;
import io.vagus.device.mqtt.Login;
import io.vagus.device.mqtt.MqttLink;
import io.vagus.kit.MonotonicClock;
import io.vagus.kit.WallClock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;

/**
 * A device: what it is handed to send is kept until the server has it, in order, with the time it
 * was measured at. Thread-safe.
 *
 * {@snippet :
 * try (DeviceLoops loops = new DeviceLoops(1);
 *     Device pump = Device.open(config, loops)) {
 *   pump.connect();
 *   pump.send(Map.of("temperature", 21.5));
 * }
 * }
 */
public final class Device implements AutoCloseable {
  private final Store store;
  private final MqttLink link;
  private final Inbox inbox;
  private final DeviceLog log;
  private final ClockExchange time;
  private final WallClock clock;
  private final Optional<Identity> identity;
  private final Optional<Renewal> renewal;
  private final Optional<Heartbeat> heartbeat;
  private final Known known = new Known();
  private final Rules rules;

  private Device(DeviceConfig config, DeviceLoops loops, DeviceParts parts) {
    this.clock = parts.clock();
    this.store = Store.open(config.store());
    this.time = new ClockExchange(clock, this::ask);
    Optional<Path> folder = config.store().folder();
    Interlocks interlocks =
        new Interlocks(folder.map(f -> f.resolve("interlocks.json")), config.id(), known, clock);
    this.rules =
        new Rules(parts.rules(), config.id(), known, interlocks::refusal, parts.listener()::failed);
    this.log = new DeviceLog(folder, parts.log(), clock, MonotonicClock.system());
    this.inbox = new Inbox(parts, folder, log, time, known, interlocks, this::answer);
    this.identity =
        config
            .enrolment()
            .map(e -> new Identity(config.id(), e, time::server, parts.listener()::failed));
    this.link =
        new MqttLink(
            login(config, identity),
            config.link(),
            loops,
            store,
            inbox,
            inbox.filters(),
            new SplittableRandom());
    this.heartbeat =
        parts
            .reports()
            .map(
                reports -> new Heartbeat(reports, config.link(), link, this::send, this::counters));
    this.renewal = identity.map(who -> new Renewal(who, link, time::server));
    inbox.start();
  }

  private static Login login(DeviceConfig config, Optional<Identity> identity) {
    Optional<Supplier<SSLContext>> tls =
        identity.<Supplier<SSLContext>>map(who -> who).or(config::tls);
    return new Login(config.id(), config.server(), config.secret(), tls);
  }

  /** Opens its store, and finds there what was kept before. */
  public static Device open(DeviceConfig config, DeviceLoops loops) {
    return open(config, loops, DeviceParts.DEFAULT);
  }

  public static Device open(DeviceConfig config, DeviceLoops loops, DeviceParts parts) {
    return new Device(config, loops, parts);
  }

  private void ask(byte[] question) {
    link.say("time", question);
  }

  private void answer(String topic, String json) {
    byte[] payload = json.getBytes(StandardCharsets.UTF_8);
    var _ = send(new Message.Payload(Priority.URGENT, topic, true, payload));
  }

  /** Connects, and comes back by itself until it is closed. */
  public void connect() {
    link.start();
    heartbeat.ifPresent(Heartbeat::start);
    renewal.ifPresent(Renewal::start);
  }

  /** Readings of this moment. */
  public Stored send(Map<String, ?> values) {
    return send(Message.Telemetry.of(values));
  }

  /**
   * Returns when the message is kept, or was given up and counted; rules have then been followed.
   */
  public Stored send(Message message) {
    long now = clock.micros();
    Stored stored = store.append(Draft.of(message, now));
    if (message instanceof Message.Telemetry reading) {
      Message.Telemetry timed =
          reading.time().isPresent() ? reading : reading.at(Times.instant(now));
      known.measured(timed.values(), timed.time().orElseThrow());
      rules.judge(timed, action -> store.append(Draft.of(action, now)));
    }
    link.wake();
    return stored;
  }

  /** A merge patch of what the device is: its reported state. */
  public Stored report(Map<String, ?> patch) {
    known.reported(patch);
    String json = Json.text(Map.of("time", clock.now().toString(), "reported", patch));
    return send(
        new Message.Payload(
            Priority.NORMAL, "twin/reported", true, json.getBytes(StandardCharsets.UTF_8)));
  }

  /** What it notes of itself, for who asks. */
  public DeviceLog log() {
    return log;
  }

  /** How far the server's clock is ahead of the device's; zero as long as that is not known. */
  public Duration clockOffset() {
    return Duration.of(time.offsetMicros(), ChronoUnit.MICROS);
  }

  /** When its certificate is due to be renewed; empty: it has none. */
  public Optional<Instant> renewalDue() {
    return identity.flatMap(Identity::due);
  }

  public Counters counters() {
    return store.counters();
  }

  /** Ends the connection without a word, as a lost link does; the device comes back by itself. */
  public void dropConnection() {
    link.drop();
  }

  /** Says good-bye; what a store on disk holds is sent after the next start. */
  @Override
  public void close() {
    heartbeat.ifPresent(Heartbeat::close);
    renewal.ifPresent(Renewal::close);
    inbox.close();
    link.stop();
    store.close();
    log.close();
  }
}
