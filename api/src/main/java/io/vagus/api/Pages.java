package io.vagus.api;

import io.vagus.kit.ErrorCode;
import io.vagus.kit.VagusException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** The console, the reference, and the contract they read; module {@code console} builds both. */
final class Pages {
  /** Nothing from elsewhere, no inline code or style. */
  private static final String POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self';"
          + " connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

  private static final String CONSOLE = "/io/vagus/console/";
  private static final String HTML = "text/html; charset=utf-8";
  private static final Pattern FILE = Pattern.compile("[A-Za-z0-9_-]+(\\.[A-Za-z0-9_-]+)*");

  private static final Map<String, String> TYPES =
      Map.of(
          "css", "text/css; charset=utf-8",
          "js", "text/javascript; charset=utf-8",
          "json", Reply.JSON,
          "svg", "image/svg+xml",
          "txt", "text/plain; charset=utf-8",
          "woff2", "font/woff2");

  private Pages() {}

  static List<Route> routes() {
    return List.of(
        page("/", CONSOLE + "index.html", HTML),
        page("/api/docs", CONSOLE + "docs.html", HTML),
        page("/api/openapi.json", "openapi.json", Reply.JSON),
        page("/api/v1/openapi", "openapi.json", Reply.JSON),
        Route.get("/assets/{file}", Pages::asset));
  }

  private static Route page(String path, String resource, String contentType) {
    return Route.get(path, call -> reply(call, resource, contentType, "no-cache"));
  }

  /** The build names a file by its content: it never changes. */
  private static Reply asset(Call call) throws IOException {
    String file = call.path("file");
    String type = TYPES.get(file.substring(file.lastIndexOf('.') + 1));
    String resource = CONSOLE + "assets/" + file;
    if (type == null || !FILE.matcher(file).matches() || find(resource).isEmpty()) {
      throw Problem.notFound("file", file);
    }
    return reply(call, resource, type, "public, max-age=31536000, immutable");
  }

  private static Reply reply(Call call, String resource, String contentType, String caching)
      throws IOException {
    Optional<byte[]> packed = acceptsGzip(call) ? find(resource + ".gz") : Optional.empty();
    Reply reply = Reply.bytes(200, contentType, packed.isPresent() ? packed.get() : read(resource));
    return (packed.isPresent() ? reply.with("Content-Encoding", "gzip") : reply)
        .with("Cache-Control", caching)
        .with("Vary", "Accept-Encoding")
        .with("Content-Security-Policy", POLICY);
  }

  private static boolean acceptsGzip(Call call) {
    return Arrays.stream(call.request().header("Accept-Encoding").orElse("").split(","))
        .map(String::strip)
        .anyMatch(coding -> coding.equals("gzip"));
  }

  static byte[] read(String resource) throws IOException {
    return find(resource)
        .orElseThrow(() ->
            new VagusException(ErrorCode.INTERNAL, "resource: " + resource + " is not built in"));
  }

  /** The class path holds them: from there each time, they are small and seldom asked for. */
  private static Optional<byte[]> find(String resource) throws IOException {
    try (InputStream in = Pages.class.getResourceAsStream(resource)) {
      return in == null ? Optional.empty() : Optional.of(in.readAllBytes());
    }
  }
}
