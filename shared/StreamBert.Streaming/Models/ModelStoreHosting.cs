using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using StreamBert.Streaming.Hosting;

namespace StreamBert.Streaming.Models;

/// <summary>Adds the model store to a host.</summary>
public static class ModelStoreHosting
{
    /// <summary>Adds the options of the registry and the <see cref="ModelStore"/>.</summary>
    /// <param name="builder">The host.</param>
    /// <param name="rules">What the model packages in the store must be.</param>
    public static void AddModelStore(this IHostApplicationBuilder builder, PackageRules rules)
    {
        builder.Services.AddOptions<ModelsOptions>().BindConfiguration(ModelsOptions.Section);
        builder.Services.TryAddSingleton(services => new ModelStore(
            services.GetRequiredService<IOptions<ModelsOptions>>().Value, rules, services.GetRequiredService<TimeProvider>()));
    }
}
