package io.vagus.device;

import io.vagus.device.mqtt.DeviceLoops;
import io.vagus.device.mqtt.LinkListener;
import io.vagus.device.mqtt.Login;
import io.vagus.device.mqtt.MqttLink;
import io.vagus.kit.WallClock;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;

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
  private final WallClock clock;

  private Device(DeviceConfig config, DeviceLoops loops, LinkListener listener, WallClock clock) {
    this.clock = clock;
    this.store = Store.open(config.store());
    this.link =
        new MqttLink(
            new Login(config.id(), config.server(), config.secret(), config.tls()),
            config.link(),
            loops,
            store,
            listener,
            Set.of(),
            new SplittableRandom());
  }

  /** Opens its store, and finds there what was kept before. */
  public static Device open(DeviceConfig config, DeviceLoops loops) {
    return open(config, loops, new LinkListener() {}, WallClock.system());
  }

  /**
   * @param listener hears what happens to the connection, on its event loop
   * @param clock the device's own, right or wrong
   */
  public static Device open(
      DeviceConfig config, DeviceLoops loops, LinkListener listener, WallClock clock) {
    return new Device(config, loops, listener, clock);
  }

  /** Connects, and comes back by itself until it is closed. */
  public void connect() {
    link.start();
  }

  /** Readings of this moment. */
  public Stored send(Map<String, ?> values) {
    return send(Message.Telemetry.of(values));
  }

  /** Returns when the message is kept, or was given up and counted. */
  public Stored send(Message message) {
    Stored stored = store.append(Draft.of(message, clock.micros()));
    link.wake();
    return stored;
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
    link.stop();
    store.close();
  }
}
