/** For whom code runs that no request is waiting for: on the executors of an application, and in its jobs. */
package io.tenantdatasource.spring.task;
