using Microsoft.Extensions.Hosting;
using StreamBert.Alerting;
using StreamBert.Streaming.Hosting;

return await StreamBertHost.RunAsync(() =>
{
    var builder = Host.CreateApplicationBuilder(args);
    builder.AddAlerting();
    return builder.Build();
});
