package io.vagus.sink;

import io.vagus.client.CaFile;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.hc.client5.http.DnsResolver;
import org.apache.hc.client5.http.classic.methods.HttpPost;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.client5.http.ssl.DefaultClientTlsStrategy;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.io.CloseMode;
import org.apache.hc.core5.io.Closer;
import org.apache.hc.core5.util.Timeout;
import org.jspecify.annotations.Nullable;

/**
 * Posts, and nothing else: it follows nothing, keeps no cookies, unpacks nothing, and connects only
 * to addresses that were looked at. An attempt ends in time whatever the other side does, and reads
 * a bounded part of its answer. Thread-safe.
 */
final class WebhookClient implements AutoCloseable {
  private static final int MAX_ANSWER_BYTES = 16 << 10;

  private final CloseableHttpClient client;
  private final ScheduledExecutorService deadlines =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("webhook-deadlines").daemon().factory());

  /** What matters of an answer. */
  record Answer(int status, Optional<String> location, Optional<String> retryAfter) {}

  /** Resolves, once for each connection: what it gives is what is connected to. */
  private record Resolver(Addresses addresses) implements DnsResolver {
    @Override
    public InetAddress[] resolve(String host) throws UnknownHostException {
      return addresses.of(host).toArray(InetAddress[]::new);
    }

    @Override
    public String resolveCanonicalHostname(String host) {
      return host;
    }
  }

  /**
   * @param caFile trusted authorities; empty: those of the JDK
   */
  WebhookClient(Addresses addresses, Optional<Path> caFile, int connections, Duration timeout) {
    Timeout each = Timeout.of(timeout);
    client =
        HttpClients.custom()
            .setConnectionManager(
                PoolingHttpClientConnectionManagerBuilder.create()
                    .setDnsResolver(new Resolver(addresses))
                    .setTlsSocketStrategy(new DefaultClientTlsStrategy(CaFile.tls(caFile)))
                    .setMaxConnPerRoute(connections)
                    .setMaxConnTotal(4 * connections)
                    .setDefaultConnectionConfig(
                        ConnectionConfig.custom()
                            .setConnectTimeout(each)
                            .setSocketTimeout(each)
                            .setTimeToLive(Timeout.ofMinutes(5))
                            .build())
                    .build())
            .setDefaultRequestConfig(
                RequestConfig.custom()
                    .setConnectionRequestTimeout(each)
                    .setResponseTimeout(each)
                    .build())
            .setUserAgent("Vagus")
            .disableRedirectHandling()
            .disableAutomaticRetries()
            .disableCookieManagement()
            .disableAuthCaching()
            .disableContentCompression()
            .build();
  }

  /** Connects, sends, reads the answer; all within the time. */
  Answer post(HttpPost post, Duration timeout) throws IOException, InterruptedException {
    Future<?> deadline = deadlines.schedule(post::abort, timeout.toNanos(), TimeUnit.NANOSECONDS);
    try {
      ClassicHttpResponse response = client.executeOpen(null, post, null);
      try {
        readSome(post, response.getEntity());
        return new Answer(
            response.getCode(), header(response, "Location"), header(response, "Retry-After"));
      } finally {
        Closer.closeQuietly(response); // it complains where the answer was cut
      }
    } catch (InterruptedIOException e) {
      if (Thread.currentThread().isInterrupted()) {
        throw new InterruptedException("stopping");
      }
      throw e;
    } finally {
      var unused = deadline.cancel(false);
    }
  }

  private static Optional<String> header(ClassicHttpResponse response, String name) {
    Header header = response.getFirstHeader(name);
    return Optional.ofNullable(header).map(Header::getValue).filter(v -> v.length() <= 2048);
  }

  /**
   * Read to its end, the connection is used again; where no end is in sight it is cut. The stream
   * is not closed: that would read on to the end.
   */
  private static void readSome(HttpPost post, @Nullable HttpEntity entity) {
    if (entity == null) {
      return;
    }
    try {
      if (entity.getContent().readNBytes(MAX_ANSWER_BYTES).length == MAX_ANSWER_BYTES) {
        post.abort();
      }
    } catch (IOException e) {
      // The status was read: what follows it does not matter.
    }
  }

  @Override
  public void close() {
    client.close(CloseMode.IMMEDIATE);
    deadlines.shutdownNow();
  }
}
