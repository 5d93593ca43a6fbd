package io.vagus.registry.sql;

import io.vagus.kit.ErrorCode;
import io.vagus.kit.VagusException;
import io.vagus.registry.sql.Engine.Loss;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** What PostgreSQL's states mean (PostgreSQL, appendix A). */
record PostgresFailures(RegistryConfig config) {

  static Loss loss(SQLException e) {
    String state = state(e);
    return switch (state) {
      case "40001", "40P01" -> Loss.CONFLICT;
      case "57P01", "57P02", "57P03", "57P05", "25P03" -> Loss.CONNECTION;
      default -> state.startsWith("08") ? Loss.CONNECTION : Loss.NONE;
    };
  }

  private static String state(SQLException e) {
    String state = e.getSQLState();
    return state == null ? "" : state;
  }

  VagusException failure(SQLException e) {
    String state = state(e);
    if (loss(e) == Loss.CONNECTION) {
      return said(ErrorCode.DATABASE_AWAY, "is away", e);
    }
    return switch (state) {
      case "28P01", "28000" ->
          said(
              ErrorCode.INVALID_SETTING,
              "refuses registry.user \""
                  + config.user()
                  + "\" with the password it was given (expected: those of a role there)",
              e);
      case "3D000", "3F000", "42501" -> said(ErrorCode.INVALID_SETTING, "cannot be used", e);
      case "40001", "40P01", "55P03", "57014", "53300" ->
          said(ErrorCode.BUSY, "is busy with something else", e);
      case "53100" -> said(ErrorCode.DISK_FULL, "has no space left to write", e);
      case "22021" -> said(ErrorCode.INVALID_REQUEST, "keeps no such character", e);
      case "XX001", "XX002" -> corrupt(e.getMessage(), e);
      default -> said(ErrorCode.IO_FAILED, "failed (" + state + ")", e);
    };
  }

  /** The driver's message never has the password. */
  private VagusException said(ErrorCode code, String what, SQLException e) {
    return new VagusException(
        code, "registry database " + config.place() + " " + what + ": " + e.getMessage(), e);
  }

  VagusException corrupt(@Nullable String what, @Nullable Throwable cause) {
    return new VagusException(
        ErrorCode.DATA_CORRUPT,
        "registry database "
            + config.place()
            + " cannot be read ("
            + what
            + "): put a backup in its place, or an empty database to begin with an empty registry",
        cause);
  }
}
