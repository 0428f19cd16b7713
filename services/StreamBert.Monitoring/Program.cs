using Microsoft.Extensions.Hosting;
using StreamBert.Monitoring;
using StreamBert.Streaming.Hosting;

return await StreamBertHost.RunAsync(() =>
{
    var builder = Host.CreateApplicationBuilder(args);
    builder.AddMonitoring();
    return builder.Build();
});
