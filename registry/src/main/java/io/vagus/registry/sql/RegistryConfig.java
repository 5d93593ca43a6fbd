package io.vagus.registry.sql;

import io.vagus.kit.ErrorCode;
import io.vagus.kit.Setting;
import io.vagus.kit.VagusException;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;

/** Section {@code registry}: where products, devices, people and the event log are kept. */
public record RegistryConfig(
    @Setting("sqlite: registry.db in the data folder; postgresql: the database of registry.url")
        Kind kind,
    @Setting("postgresql://HOST:PORT/DATABASE, and ?currentSchema=NAME for a schema of its own")
        String url,
    @Setting("Role at PostgreSQL; it may create tables there") String user,
    @Setting(value = "Its password; better in password-file", secret = true) String password,
    @Setting("File with its password, which nobody else may read") Path passwordFile,
    @Setting("TLS to PostgreSQL: verify (certificate and host name) or off") Tls tls,
    @Setting("Who signs PostgreSQL's certificate, PEM; empty: whom Java trusts") Path caFile) {

  /** Which database. */
  public enum Kind {
    SQLITE,
    POSTGRESQL
  }

  /** How the connection is protected. */
  public enum Tls {
    /** Certificate and host name are checked. */
    VERIFY,
    OFF
  }

  public RegistryConfig {
    if (kind == Kind.POSTGRESQL) {
      requireUrl(url);
      if (user.isBlank()) {
        throw new IllegalArgumentException("user: \"\" (expected: the role at PostgreSQL)");
      }
    }
  }

  public static RegistryConfig defaults() {
    return new RegistryConfig(Kind.SQLITE, "", "", "", Path.of(""), Tls.VERIFY, Path.of(""));
  }

  /** What is wrong is told without the URL: a password may be in it. */
  private static void requireUrl(String url) {
    String expected = "(expected: postgresql://HOST:PORT/DATABASE, the password not in it)";
    try {
      URI uri = new URI(url);
      boolean whole = "postgresql".equals(uri.getScheme()) && uri.getHost() != null;
      String query = uri.getRawQuery() == null ? "" : uri.getRawQuery();
      if (!whole || uri.getPath().length() < 2 || uri.getUserInfo() != null) {
        throw new IllegalArgumentException("url: not as it should be " + expected);
      }
      if (!query.isEmpty() && !query.matches("currentSchema=[A-Za-z0-9_]{1,63}")) {
        throw new IllegalArgumentException("url: another parameter than currentSchema " + expected);
      }
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException("url: no URL " + expected, e);
    }
  }

  @Override
  public String toString() {
    return "RegistryConfig[" + kind + " " + url + "]";
  }

  /** Where the database is, in words without a secret: {@code db.example:5432/vagus}. */
  String place() {
    return url.substring("postgresql://".length());
  }

  /** From the file when there is one, which has to be its owner's alone. */
  String secret() {
    if (passwordFile.toString().isEmpty()) {
      return password;
    }
    try {
      var readers = Files.getPosixFilePermissions(passwordFile);
      if (readers.contains(PosixFilePermission.OTHERS_READ)) {
        throw new VagusException(
            ErrorCode.INVALID_SETTING,
            "registry.password-file: everybody may read "
                + passwordFile
                + " (expected: mode 0600)");
      }
      return Files.readString(passwordFile).strip();
    } catch (IOException e) {
      throw new VagusException(
          ErrorCode.INVALID_SETTING,
          "registry.password-file: cannot read " + passwordFile + ": " + e,
          e);
    }
  }
}
