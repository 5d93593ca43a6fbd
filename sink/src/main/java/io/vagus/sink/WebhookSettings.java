package io.vagus.sink;

import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * Where and how a webhook is posted.
 *
 * @param timeout of a whole attempt: connect, send, answer
 * @param batch deliveries in one post; above 1 they are an array
 * @param parallel posts at once; those of one device follow one another
 * @param headers by name
 * @param secretHeaders the same, sent to the URL's own origin only
 */
record WebhookSettings(
    URI url,
    Duration timeout,
    int batch,
    int parallel,
    Map<String, String> headers,
    Map<String, String> secretHeaders,
    Optional<WebhookSignature> signature) {
  private static final int MAX_HEADERS = 20;
  private static final Pattern HEADER = Pattern.compile("[A-Za-z0-9!#$%&'*+.^_`|~-]{1,64}");
  private static final Pattern VALUE = Pattern.compile("[\\x20-\\x7e]{0,4096}");

  /** What the connection itself is made of, and what is ours to say. */
  private static final Set<String> RESERVED =
      Set.of(
          "connection",
          "content-length",
          "content-type",
          "expect",
          "host",
          "te",
          "trailer",
          "transfer-encoding",
          "upgrade",
          "webhook-id",
          "webhook-signature",
          "webhook-timestamp");

  static WebhookSettings of(SinkOptions options) {
    WebhookSettings settings =
        new WebhookSettings(
            url(options.required("url")),
            options.duration(
                "timeout", Duration.ofSeconds(10), Duration.ofMillis(100), Duration.ofMinutes(1)),
            options.integer("batch", 1, 1, 1000),
            options.integer("parallel", 4, 1, 32),
            headers(options, false),
            headers(options, true),
            options.secret("signing").map(WebhookSettings::signature));
    options.end();
    return settings;
  }

  private static URI url(String text) {
    String expected = "http:// or https:// with a host, without user, password or fragment";
    try {
      URI url = new URI(text);
      String scheme = url.getScheme() == null ? "" : url.getScheme();
      boolean isHttp = scheme.equals("https") || scheme.equals("http");
      if (isHttp
          && url.getHost() != null
          && url.getRawUserInfo() == null
          && url.getRawFragment() == null) {
        return url;
      }
    } catch (URISyntaxException e) {
      throw SinkOptions.wrong("url", text, expected);
    }
    throw SinkOptions.wrong("url", text, expected);
  }

  private static WebhookSignature signature(String secret) {
    return WebhookSignature.of(secret)
        .orElseThrow(() ->
            SinkOptions.wrongSecret(
                "signing", WebhookSignature.PREFIX + " and 24 to 64 random bytes in Base64"));
  }

  private static Map<String, String> headers(SinkOptions options, boolean secret) {
    Map<String, String> headers = new LinkedHashMap<>(options.prefixed("header.", secret));
    for (Map.Entry<String, String> header : headers.entrySet()) {
      String name = "header." + header.getKey();
      boolean allowed =
          HEADER.matcher(header.getKey()).matches()
              && !RESERVED.contains(header.getKey().toLowerCase(java.util.Locale.ROOT));
      if (!allowed) {
        throw SinkOptions.wrong(
            name, header.getKey(), "a header's name, none of " + new TreeSet<>(RESERVED));
      }
      if (!VALUE.matcher(header.getValue()).matches()) {
        String expected = "at most 4096 printable characters of ASCII";
        throw secret
            ? SinkOptions.wrongSecret(name, expected)
            : SinkOptions.wrong(name, header.getValue(), expected);
      }
    }
    if (headers.size() > MAX_HEADERS) {
      throw SinkOptions.wrong("header.*", headers.size() + " headers", "<= " + MAX_HEADERS);
    }
    return headers;
  }

  @Override
  public String toString() {
    return "WebhookSettings[" + url.getHost() + "]";
  }
}
