namespace StreamBert.Gateway.Dashboard;

/// <summary>Composes the dashboard: its components and the services they use.</summary>
public static class DashboardExtensions
{
    public static WebApplicationBuilder AddDashboard(this WebApplicationBuilder builder)
    {
        builder.Services.AddRazorComponents().AddInteractiveServerComponents();
        return builder;
    }

    public static WebApplication MapDashboard(this WebApplication app) => app;
}
