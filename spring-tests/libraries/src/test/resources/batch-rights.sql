-- What a job repository needs. Its tables are those of the whole application, and know no organization.
grant select, insert, update
  on batch_job_instance,
     batch_job_execution,
     batch_job_execution_params,
     batch_job_execution_context,
     batch_step_execution,
     batch_step_execution_context
  to authenticated;

grant usage on all sequences in schema public to authenticated;
