package io.vagus.sink;

import io.vagus.kit.WallClock;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.StringJoiner;
import org.apache.hc.client5.http.classic.methods.HttpPost;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.io.entity.StringEntity;

/**
 * Posts deliveries as JSON, one a post or an array of them. A receiver that answers 2xx has it;
 * 408, 425, 429 and 5xx are tried again, Retry-After is kept to (RFC 9110 §10.2.3); anything else
 * refuses it. Of a batch that is refused each is tried by itself, so that one does not take others
 * along.
 */
final class WebhookTarget implements Target {
  private static final int MAX_HOPS = 3;

  private final WebhookSettings settings;
  private final WebhookClient client;
  private final WallClock wall;

  WebhookTarget(WebhookSettings settings, WebhookClient client, WallClock wall) {
    this.settings = settings;
    this.client = client;
    this.wall = wall;
  }

  @Override
  public int lanes() {
    return settings.parallel();
  }

  @Override
  public int batch() {
    return settings.batch();
  }

  @Override
  public List<Outcome> deliver(List<Delivery> batch) throws InterruptedException {
    if (settings.batch() == 1) {
      return List.of(post(batch.getFirst().id(), batch.getFirst().body()));
    }
    String id = batch.getFirst().id() + "+" + (batch.size() - 1);
    Outcome outcome = post(id, array(batch));
    if (!(outcome instanceof Outcome.Refused) || batch.size() == 1) {
      return Collections.nCopies(batch.size(), outcome);
    }
    List<Outcome> each = new java.util.ArrayList<>();
    for (Delivery delivery : batch) {
      each.add(post(delivery.id() + "+0", array(List.of(delivery))));
    }
    return each;
  }

  /** Ids, rule and device names need no escape in JSON. */
  private static String array(List<Delivery> batch) {
    StringJoiner array = new StringJoiner(",", "[", "]");
    for (Delivery d : batch) {
      array.add(
          "{\"id\":\"%s\",\"rule\":\"%s\",\"device\":\"%s\",\"body\":%s}"
              .formatted(d.id(), d.rule(), d.device(), d.body()));
    }
    return array.toString();
  }

  private Outcome post(String id, String body) throws InterruptedException {
    URI url = settings.url();
    try {
      for (int hop = 0; hop <= MAX_HOPS; hop++) {
        WebhookClient.Answer answer = client.post(request(url, id, body), settings.timeout());
        Optional<URI> next = redirect(url, answer);
        if (next.isEmpty()) {
          return outcome(answer);
        }
        url = next.get();
      }
      return new Outcome.Refused("more than " + MAX_HOPS + " redirects");
    } catch (Addresses.Inside e) {
      return new Outcome.Refused(String.valueOf(e.getMessage()));
    } catch (IOException e) {
      return new Outcome.Failed(e.getClass().getSimpleName() + ": " + e.getMessage());
    }
  }

  private HttpPost request(URI url, String id, String body) {
    HttpPost post = new HttpPost(url);
    settings.headers().forEach(post::setHeader);
    if (isSameOrigin(url)) {
      settings.secretHeaders().forEach(post::setHeader);
    }
    long seconds = wall.micros() / 1_000_000;
    post.setHeader("webhook-id", id);
    post.setHeader("webhook-timestamp", Long.toString(seconds));
    settings
        .signature()
        .ifPresent(s -> post.setHeader("webhook-signature", s.sign(id, seconds, body)));
    post.setEntity(new StringEntity(body, ContentType.APPLICATION_JSON));
    return post;
  }

  private boolean isSameOrigin(URI url) {
    return url.getScheme().equals(settings.url().getScheme())
        && url.getRawAuthority().equals(settings.url().getRawAuthority());
  }

  /**
   * Where the same post is to go (RFC 9110 §15.4.8, §15.4.9); the client looks at that address as
   * at the first. Never from HTTPS to HTTP.
   */
  private static Optional<URI> redirect(URI from, WebhookClient.Answer answer) {
    if (answer.status() != 307 && answer.status() != 308) {
      return Optional.empty();
    }
    try {
      return answer
          .location()
          .map(from::resolve)
          .filter(to -> to.getHost() != null && to.getRawUserInfo() == null)
          .filter(to ->
              "https".equals(to.getScheme())
                  || "http".equals(to.getScheme()) && "http".equals(from.getScheme()));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private Outcome outcome(WebhookClient.Answer answer) {
    int status = answer.status();
    if (status >= 200 && status < 300) {
      return Outcome.DELIVERED;
    }
    String why = "answered " + status + answer.location().map(l -> " to " + l).orElse("");
    boolean later = status >= 500 || status == 408 || status == 425 || status == 429;
    return later
        ? new Outcome.Failed(why, answer.retryAfter().flatMap(this::wait))
        : new Outcome.Refused(why);
  }

  /** Seconds, or a date. */
  private Optional<Duration> wait(String retryAfter) {
    if (retryAfter.matches("\\d{1,9}")) {
      return Optional.of(Duration.ofSeconds(Long.parseLong(retryAfter)));
    }
    try {
      Instant at = Instant.from(DateTimeFormatter.RFC_1123_DATE_TIME.parse(retryAfter));
      return Optional.of(Duration.between(wall.now(), at)).filter(Duration::isPositive);
    } catch (DateTimeParseException e) {
      return Optional.empty();
    }
  }

  @Override
  public void close() {
    client.close();
  }
}
