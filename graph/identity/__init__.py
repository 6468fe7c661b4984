"""Who is calling, as signed tokens tell, or the demo user where demo mode allows it."""
