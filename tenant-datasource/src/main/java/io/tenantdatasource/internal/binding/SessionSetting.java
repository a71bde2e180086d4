package io.tenantdatasource.internal.binding;

/**
 * A setting as {@code pg_settings} shows it.
 *
 * @param value its value, in its unit
 * @param ofSession whether it was set for the session, by a statement
 */
public record SessionSetting(String value, boolean ofSession) {}
