using Microsoft.Extensions.Hosting;
using StreamBert.Streaming.Hosting;
using StreamBert.Training;

return await StreamBertHost.RunAsync(() => Host.CreateApplicationBuilder(args).AddTraining().Build());
