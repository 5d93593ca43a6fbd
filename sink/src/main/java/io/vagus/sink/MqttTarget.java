package io.vagus.sink;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Publishes to the clients of this platform's own broker, QoS 1. It is delivered when it is durable
 * with the sessions that subscribed it; without any, nobody wanted it.
 */
final class MqttTarget implements Target {
  private static final int BATCH = 256;
  private static final Duration BOUND = Duration.ofSeconds(10);

  private final String topic;
  private final boolean retain;
  private final MqttWay way;

  /** The topic may name {@code {device}}, {@code {product}} and {@code {rule}}. */
  MqttTarget(SinkOptions options, MqttWay way) {
    this.topic = topic(options.required("topic"));
    this.retain = options.bool("retain");
    this.way = way;
    options.end();
  }

  /** Not of the device contract: nobody is to speak as a device, nor as the broker. */
  private static String topic(String topic) {
    boolean fits =
        topic.length() <= 512
            && !topic.startsWith("$")
            && !topic.equals("v1")
            && !topic.startsWith("v1/")
            && !topic.startsWith("{")
            && topic.chars().noneMatch(c -> c == '+' || c == '#' || c < ' ');
    if (!fits) {
      throw SinkOptions.wrong(
          "topic",
          topic,
          "a topic name without + and #, not below v1/ or $; {device}, {product},"
              + " {rule} may stand in it, not at its begin");
    }
    return topic;
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
    List<CompletableFuture<?>> published = new ArrayList<>();
    for (Delivery delivery : batch) {
      published.add(
          way.publish(
              topic(delivery),
              delivery.body().getBytes(StandardCharsets.UTF_8),
              delivery.id(),
              retain));
    }
    List<Outcome> outcomes = new ArrayList<>();
    for (CompletableFuture<?> one : published) {
      outcomes.add(outcome(one));
    }
    return outcomes;
  }

  private String topic(Delivery delivery) {
    return topic
        .replace("{device}", delivery.device().value())
        .replace("{product}", delivery.product())
        .replace("{rule}", delivery.rule());
  }

  private static Outcome outcome(CompletableFuture<?> published) throws InterruptedException {
    try {
      published.get(BOUND.toMillis(), TimeUnit.MILLISECONDS);
      return Outcome.DELIVERED;
    } catch (TimeoutException e) {
      return new Outcome.Failed("not durable within " + BOUND.toSeconds() + " s");
    } catch (ExecutionException e) {
      return new Outcome.Failed(String.valueOf(e.getCause()));
    }
  }

  @Override
  public void close() {}
}
