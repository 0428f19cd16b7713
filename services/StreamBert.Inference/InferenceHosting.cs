using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using StreamBert.Inference.Serving;
using StreamBert.Streaming.Hosting;

namespace StreamBert.Inference;

/// <summary>Composes the service into a host.</summary>
public static class InferenceHosting
{
    /// <summary>Adds texts → predictions.</summary>
    public static IHostApplicationBuilder AddInference(this IHostApplicationBuilder builder)
    {
        builder.AddStreamBertDefaults("inference");
        builder.Services.AddOptions<InferenceOptions>().BindConfiguration(InferenceOptions.Section).ValidateOnStart();
        builder.Services.AddSingleton<IValidateOptions<InferenceOptions>, InferenceOptionsValidator>();
        builder.Services.AddOptions<ModelsOptions>().BindConfiguration(ModelsOptions.Section);
        builder.Services.AddHostedService<InferenceService>();
        return builder;
    }
}
