package io.vagus.ingest.http;

import io.netty.channel.Channel;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.vagus.ingest.Acceptor;
import io.vagus.ingest.ApiBehind;
import io.vagus.ingest.ListenerParts;
import io.vagus.ingest.TlsPolicy;
import io.vagus.kit.HostPort;
import io.vagus.model.Transport;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/** An HTTP listener: {@code /v1/…} is ingestion, everything else goes to the API server. */
public final class HttpListener {
  private static final int MAX_REQUEST_LINE_BYTES = 8192;
  private static final int MAX_HEAD_BYTES = 16_384;
  private static final int MAX_CHUNK_BYTES = 65_536;

  /** Bodies that are not whole yet may take one part in so many of the heap. */
  private static final int BODIES_PART_OF_HEAP = 8;

  private HttpListener() {}

  /**
   * Listens.
   *
   * @param api the API; empty: its requests are answered 503
   */
  public static Acceptor start(
      ListenerParts parts,
      HostPort where,
      Transport transport,
      Optional<TlsPolicy> tls,
      Optional<ApiBehind> api) {
    HttpShared shared =
        new HttpShared(
            parts,
            transport,
            api,
            new DateHeader(parts.wallClock()),
            new AtomicLong(Runtime.getRuntime().maxMemory() / BODIES_PART_OF_HEAP));
    return Acceptor.bind(parts, where, transport, tls, channel -> addHandlers(channel, shared));
  }

  private static void addHandlers(Channel channel, HttpShared shared) {
    // RFC 9112 §6.3: two different lengths, or a length with chunks, is a smuggling attempt.
    HttpDecoderConfig config =
        new HttpDecoderConfig()
            .setMaxInitialLineLength(MAX_REQUEST_LINE_BYTES)
            .setMaxHeaderSize(MAX_HEAD_BYTES)
            .setMaxChunkSize(MAX_CHUNK_BYTES)
            .setAllowDuplicateContentLengths(false);
    channel
        .pipeline()
        .addLast(new HttpRequestDecoder(config))
        .addLast(new HttpConnection(shared, channel));
  }
}
