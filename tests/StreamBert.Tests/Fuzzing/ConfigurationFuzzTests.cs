using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using StreamBert.Streaming.Hosting;
using StreamBert.Streaming.Settings;

namespace StreamBert.Tests.Fuzzing;

public sealed class ConfigurationFuzzTests
{
    private static readonly Type[] Refused = [typeof(ConfigurationException)];

    [Fact]
    public void Whatever_the_pipelines_are_configured_as_they_are_valid_or_refused_with_every_fault() => Fuzzer
        .Run("pipelines", static input =>
            {
                IConfiguration configuration;
                try
                {
                    configuration = new ConfigurationBuilder().AddJsonStream(new MemoryStream(input)).Build();
                }
                catch (Exception e) when (e is FormatException or InvalidOperationException or System.Text.Json.JsonException)
                {
                    throw new ConfigurationException(e.Message, e); // .NET's own reader of the file, before anything of ours
                }
                _ = StreamBertDefaults.Pipelines(configuration).All.Select(static pipeline => pipeline.Inputs.Count).Sum();
            }, Refused, share: 0.5);
}
