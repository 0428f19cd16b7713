using Microsoft.Extensions.Hosting;
using StreamBert.Inference;
using StreamBert.Streaming.Hosting;

return await StreamBertHost.RunAsync(() =>
{
    var builder = Host.CreateApplicationBuilder(args);
    builder.AddInference();
    return builder.Build();
});
