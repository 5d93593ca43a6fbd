package io.vagus.sink.kafka;

import io.vagus.kit.HostPort;
import io.vagus.sink.Addresses;
import io.vagus.sink.Delivery;
import io.vagus.sink.Outcome;
import io.vagus.sink.Target;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;

/**
 * Writes to a topic of a Kafka cluster: the key is the device, so that its records stay in order,
 * acknowledged by all replicas in sync. A batch is sent whole, then waited for. Used by one thread.
 */
public final class KafkaTarget implements Target {
  private static final int BATCH = 500;
  private static final Duration CLOSE = Duration.ofSeconds(1);

  /** Each producer would tell all its settings; held here so that the level is kept. */
  private static final Logger LOG = Logger.getLogger("org.apache.kafka");

  private final KafkaSettings settings;
  private final Addresses addresses;
  private @Nullable KafkaProducer<String, byte[]> producer;

  public KafkaTarget(KafkaSettings settings, Addresses addresses) {
    LOG.setLevel(Level.SEVERE);
    this.settings = settings;
    this.addresses = addresses;
  }

  @Override
  public int lanes() {
    return 1;
  }

  @Override
  public int batch() {
    return BATCH;
  }

  @Override
  public List<Outcome> deliver(List<Delivery> batch) throws InterruptedException {
    KafkaProducer<String, byte[]> connected;
    try {
      connected = producer();
    } catch (UnknownHostException | KafkaException e) {
      Outcome failed = new Outcome.Failed(said(e));
      return batch.stream().map(d -> failed).toList();
    }
    List<Future<?>> sent = new ArrayList<>();
    for (Delivery delivery : batch) {
      Future<?> one = send(connected, delivery);
      sent.add(one);
      if (one.state() == Future.State.FAILED) {
        break; // each of the others would wait as long for a cluster that is not there
      }
    }
    List<Outcome> outcomes = new ArrayList<>();
    for (Future<?> one : sent) {
      outcomes.add(outcome(one));
    }
    while (outcomes.size() < batch.size()) {
      outcomes.add(outcomes.getLast());
    }
    return outcomes;
  }

  /** Made when it is first used: a cluster that is away then is no reason not to start. */
  private synchronized KafkaProducer<String, byte[]> producer() throws UnknownHostException {
    KafkaProducer<String, byte[]> made = producer;
    if (made == null) {
      for (HostPort server : settings.servers()) {
        var unused = addresses.of(server.host());
      }
      made =
          new KafkaProducer<>(
              settings.producer(), new StringSerializer(), new ByteArraySerializer());
      producer = made;
    }
    return made;
  }

  private Future<?> send(KafkaProducer<String, byte[]> to, Delivery delivery) {
    ProducerRecord<String, byte[]> record =
        new ProducerRecord<>(settings.topic(), delivery.device().value(), bytes(delivery.body()));
    record
        .headers()
        .add("vagus-id", bytes(delivery.id()))
        .add("vagus-rule", bytes(delivery.rule()));
    try {
      return to.send(record);
    } catch (KafkaException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static Outcome outcome(Future<?> sent) throws InterruptedException {
    try {
      sent.get();
      return Outcome.DELIVERED;
    } catch (ExecutionException e) {
      return e.getCause() instanceof RecordTooLargeException
          ? new Outcome.Refused(said(e.getCause()))
          : new Outcome.Failed(said(e.getCause()));
    }
  }

  private static String said(@Nullable Throwable e) {
    return e == null ? "failed" : e.getClass().getSimpleName() + ": " + e.getMessage();
  }

  @Override
  public synchronized void close() {
    if (producer != null) {
      producer.close(CLOSE);
      producer = null;
    }
  }
}
