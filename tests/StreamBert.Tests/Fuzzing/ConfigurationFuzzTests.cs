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
    public void Any_configuration_of_pipelines_is_valid_or_refused() => Fuzzer
        .Run("pipelines", static input =>
            {
                IConfiguration configuration;
                try
                {
                    configuration = new ConfigurationBuilder().AddJsonStream(new MemoryStream(input)).Build();
                }
                catch (Exception e) when (e is FormatException or InvalidOperationException or System.Text.Json.JsonException)
                {
                    throw new ConfigurationException(e.Message, e); // the JSON provider of .NET refuses it first
                }
                _ = StreamBertDefaults.Pipelines(configuration).All.Select(static pipeline => pipeline.Inputs.Count).Sum();
            }, Refused, share: 0.5);
}
