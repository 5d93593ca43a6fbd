package io.vagus.ingest.mqtt;

import io.netty.channel.EventLoop;
import io.vagus.ingest.Acceptor;
import io.vagus.ingest.ListenerParts;
import io.vagus.ingest.TlsPolicy;
import io.vagus.journal.Journal;
import io.vagus.kit.HostPort;
import io.vagus.model.DeviceId;
import io.vagus.model.Transport;
import io.vagus.registry.RegistryListener;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** The MQTT broker, for any number of listeners. Thread-safe. */
public final class MqttEndpoint implements AutoCloseable {
  private final ListenerParts parts;
  private final MqttMetrics metrics;
  private final BrokerCore core;
  private final Shared shared;

  private MqttEndpoint(ListenerParts parts, MqttConfig config, Journal sessions, Path snapshot) {
    this.parts = parts;
    this.metrics = new MqttMetrics(parts.meters());
    WillLanes wills =
        new WillLanes(
            parts,
            () -> {
              EventLoop loop = parts.loops().group().next();
              return new WillLanes.LoopLane(loop, parts.loops().lane(loop));
            });
    this.core = BrokerCore.start(parts, config, sessions, snapshot, metrics, wills);
    this.shared = new Shared(parts, config, core.broker(), core.state().trie());
    parts.registry().addListener(new Barrier());
  }

  /**
   * Recovers the sessions and starts the broker; {@link #listen} lets clients in.
   *
   * @param sessions a journal of the broker's own, which it does not close
   * @param snapshot file of the sessions up to some offset of it
   */
  public static MqttEndpoint start(
      ListenerParts parts, MqttConfig config, Journal sessions, Path snapshot) {
    return new MqttEndpoint(parts, config, sessions, snapshot);
  }

  /**
   * Listens.
   *
   * @param transport MQTT or MQTTS, WS or WSS
   * @param tls present for MQTTS and WSS
   */
  public Acceptor listen(HostPort where, Transport transport, Optional<TlsPolicy> tls) {
    Pipeline pipeline = new Pipeline(shared, transport, metrics.listener(transport));
    return Acceptor.bind(parts, where, transport, tls, pipeline::addHandlers);
  }

  /**
   * Sends a message to a device, if it subscribed the topic or its session keeps it.
   *
   * @param gateway over whose connection it is to go
   * @param suffix of {@code v1/{device}/}, or {@code v1/{gateway}/via/{device}/}
   * @return completed when the message is durable with the device's session; false when nobody
   *     subscribed it
   */
  public CompletableFuture<Boolean> publishToDevice(
      DeviceId device, Optional<DeviceId> gateway, String suffix, byte[] payload, int qos) {
    return publish(device, gateway, suffix, payload, qos, 0);
  }

  /**
   * Sends what the platform itself keeps to a device that is connected.
   *
   * @return whether it was handed to a device's connection
   */
  public CompletableFuture<Boolean> sendDown(
      DeviceId device, Optional<DeviceId> gateway, String suffix, byte[] payload) {
    return publish(device, gateway, suffix, payload, 1, Message.PLATFORM);
  }

  private CompletableFuture<Boolean> publish(
      DeviceId device,
      Optional<DeviceId> gateway,
      String suffix,
      byte[] payload,
      int qos,
      long publisher) {
    CompletableFuture<Boolean> done = new CompletableFuture<>();
    Message message =
        new Message(
            "v1/" + gateway.map(g -> g + "/via/").orElse("") + device + "/" + suffix,
            payload,
            qos,
            false,
            Message.Properties.NONE,
            parts.wallClock().micros(),
            publisher);
    core.broker().publish(message, outcome -> done.complete(outcome != Distributor.Outcome.NOBODY));
    return done;
  }

  /**
   * Publishes JSON of the platform's own to its subscribers.
   *
   * @return completed when the message is durable where it has to be; false when nobody subscribed
   */
  public CompletableFuture<Boolean> publish(String topic, byte[] json, String id, boolean retain) {
    CompletableFuture<Boolean> done = new CompletableFuture<>();
    Message.Properties properties =
        new Message.Properties(
            1,
            Message.ABSENT,
            "application/json",
            null,
            null,
            List.of(new Message.UserProperty("id", id)));
    Message message =
        new Message(topic, json, 1, retain, properties, parts.wallClock().micros(), 0);
    core.broker().publish(message, outcome -> done.complete(outcome != Distributor.Outcome.NOBODY));
    return done;
  }

  /** Waits until what the connections left behind, wills among it, is durable or on its way. */
  public void settle() {
    core.settle();
  }

  /**
   * Makes what is queued durable and ends the broker's thread. The connections are closed by now,
   * the event loops still run.
   */
  @Override
  public void close() {
    core.close();
  }

  /** Ends connections whose right to be there has changed; who still has it may come again. */
  private final class Barrier implements RegistryListener {
    @Override
    public void deviceBarred(DeviceId device) {
      core.broker()
          .disconnectAll(
              s -> s.principal instanceof Principal.OfDevice d && d.device().id().equals(device),
              ReasonCode.NOT_AUTHORIZED);
    }

    @Override
    public void applicationChanged(String name) {
      core.broker()
          .disconnectAll(
              s ->
                  s.principal instanceof Principal.OfApplication a
                      && a.application().name().equals(name),
              ReasonCode.ADMINISTRATIVE_ACTION);
    }
  }
}
