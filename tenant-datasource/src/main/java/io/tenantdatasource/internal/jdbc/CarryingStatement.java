package io.tenantdatasource.internal.jdbc;

/** A statement that brings to the server what there is to bring; marks its invocation handler. */
public interface CarryingStatement {}
