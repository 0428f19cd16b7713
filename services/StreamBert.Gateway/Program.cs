using StreamBert.Gateway;
using StreamBert.Streaming.Hosting;

return await StreamBertHost.RunAsync(() =>
{
    var builder = WebApplication.CreateBuilder(args);
    builder.AddGateway();
    var app = builder.Build();
    app.MapGateway();
    return app;
});
