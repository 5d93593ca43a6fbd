package io.vagus.ingest;

import io.vagus.ingest.http.HttpListener;
import io.vagus.ingest.mqtt.MqttEndpoint;
import io.vagus.kit.HostPort;
import io.vagus.model.DeviceId;
import io.vagus.model.Transport;
import io.vagus.registry.Registry;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;

/** All listeners and what they share, from start to stop. */
public final class Ingest implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(Ingest.class.getName());
  private static final long DRAIN_SECONDS = 5;

  private final IngestParts parts;
  private final Loops loops;
  private final Authenticator authenticator;
  private final ClientCertificates certificates;
  private final ListenerParts listenerParts;
  private final MqttEndpoint mqtt;
  private final ScheduledExecutorService timer;
  private final List<Acceptor> acceptors = new ArrayList<>();
  private final AtomicBoolean closed = new AtomicBoolean();

  private Ingest(IngestParts parts) {
    this.parts = parts;
    loops = Loops.start(parts.listen().eventLoops(), parts.intake());
    authenticator =
        new Authenticator(
            parts.registry().credentials(), parts.limits(), parts.access(), parts.clock());
    certificates =
        new ClientCertificates(
            parts.certificates(),
            parts.registry(),
            parts.limits(),
            parts.wallClock(),
            parts.clock());
    ConnectionLimits connections =
        new ConnectionLimits(parts.limits(), parts.access(), parts.clock());
    listenerParts =
        new ListenerParts(
            loops,
            new Admission(
                parts.registry(), parts.limits(), parts.access(), connections, parts.clock()),
            authenticator,
            certificates,
            connections,
            new DeviceConnections(parts.access().connectionsPerDevice()),
            parts.registry(),
            new CountedWatch(parts.watch(), parts.meters()),
            parts.wayBack(),
            parts.limits(),
            parts.listen().open(),
            parts.wallClock(),
            parts.clock(),
            parts.meters());
    mqtt =
        MqttEndpoint.start(
            listenerParts,
            parts.mqtt(),
            parts.sessions(),
            parts.dataDirectory().resolve("sessions.snapshot"));
    timer =
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("refusals").daemon().factory());
  }

  /** Opens every listener that is configured; none stays open when one cannot. */
  public static Ingest start(IngestParts parts) {
    Ingest ingest = new Ingest(parts);
    try {
      ingest.listen();
      return ingest;
    } catch (RuntimeException e) {
      ingest.close();
      throw e;
    }
  }

  private void listen() {
    ListenConfig listen = parts.listen();
    mqtt(Transport.MQTT, listen.mqtt(), Optional.empty());
    mqtt(Transport.MQTTS, listen.mqtts(), tls(Transport.MQTTS, listen.mqtts()));
    mqtt(Transport.WS, listen.ws(), Optional.empty());
    mqtt(Transport.WSS, listen.wss(), tls(Transport.WSS, listen.wss()));
    http(Transport.HTTP, listen.http(), Optional.empty());
    http(Transport.HTTPS, listen.https(), tls(Transport.HTTPS, listen.https()));
    var unused =
        timer.scheduleWithFixedDelay(() -> parts.intake().tellRefusals(), 1, 1, TimeUnit.SECONDS);
  }

  private Optional<TlsPolicy> tls(Transport listener, HostPort where) {
    return where.isOff()
        ? Optional.empty()
        : Optional.of(
            TlsContexts.server(
                parts.tls(),
                listener,
                parts.dataDirectory(),
                parts.wallClock(),
                parts.certificates()));
  }

  private void http(Transport transport, HostPort where, Optional<TlsPolicy> tls) {
    if (!where.isOff()) {
      acceptors.add(HttpListener.start(listenerParts, where, transport, tls, parts.api()));
    }
  }

  private void mqtt(Transport transport, HostPort where, Optional<TlsPolicy> tls) {
    if (!where.isOff()) {
      acceptors.add(mqtt.listen(where, transport, tls));
    }
  }

  /**
   * Sends a message to a device that is connected by MQTT or has a session there, or to its
   * gateway.
   *
   * @param gateway over whose connection it is to go
   * @param suffix of the topic {@code v1/{device}/}, or {@code v1/{gateway}/via/{device}/}
   * @return false when the device did not subscribe the topic
   */
  public CompletableFuture<Boolean> publishToDevice(
      DeviceId device, Optional<DeviceId> gateway, String suffix, byte[] payload, int qos) {
    return mqtt.publishToDevice(device, gateway, suffix, payload, qos);
  }

  /**
   * Sends what the platform itself keeps and sends again to a device that is connected by MQTT now
   * and subscribed the topic, or to its gateway.
   *
   * @param suffix of the topic {@code v1/{device}/}
   * @return whether it was handed to a connection
   */
  public CompletableFuture<Boolean> sendDown(DeviceId device, String suffix, byte[] payload) {
    Optional<DeviceId> gateway = parts.registry().child(device).map(Registry.Child::gateway);
    return mqtt.sendDown(device, Optional.empty(), suffix, payload)
        .thenCompose(sent ->
            sent || gateway.isEmpty()
                ? CompletableFuture.completedFuture(sent)
                : mqtt.sendDown(device, gateway, suffix, payload));
  }

  /**
   * Publishes JSON to whoever subscribed the topic, QoS 1.
   *
   * @param topic outside the device contract
   * @param id a user property {@code id}
   * @return completed when the message is durable with the sessions that keep it
   */
  public CompletableFuture<Boolean> publish(String topic, byte[] json, String id, boolean retain) {
    return mqtt.publish(topic, json, id, retain);
  }

  /** Where each open listener is; the ports are the real ones. */
  public Map<Transport, InetSocketAddress> addresses() {
    Map<Transport, InetSocketAddress> addresses = new EnumMap<>(Transport.class);
    acceptors.forEach(a -> addresses.put(a.transport(), a.address()));
    return addresses;
  }

  public CountedArrivals arrivals() {
    return parts.intake().arrivals();
  }

  /**
   * Stops accepting, lets what is in flight become durable and be answered for at most 5 s, closes
   * the connections, and hands the last counts to the journal, which must still be open.
   */
  @Override
  public void close() {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    acceptors.forEach(Acceptor::stop);
    drain();
    acceptors.forEach(Acceptor::closeConnections);
    drain();
    drain(); // a channel is told closed one task before its handlers hear of it
    mqtt.settle();
    drain(); // of wills
    mqtt.close();
    authenticator.close();
    certificates.close();
    timer.shutdown();
    parts.intake().tellRefusals();
    loops.close();
  }

  private void drain() {
    try {
      loops.whenIdle().get(DRAIN_SECONDS, TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      LOG.log(System.Logger.Level.WARNING, "stopping with messages that are not durable");
    } catch (ExecutionException e) {
      throw new IllegalStateException("draining failed", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
