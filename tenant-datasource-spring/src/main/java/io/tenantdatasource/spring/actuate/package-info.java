/** What an operator sees through Spring Boot's actuator: health, and an endpoint. */
package io.tenantdatasource.spring.actuate;
