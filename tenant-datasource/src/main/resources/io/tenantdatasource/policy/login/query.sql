select organization_id, user_id
from :"sessions_schema".:"login_function"(?)
