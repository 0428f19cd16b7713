using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using StreamBert.Streaming.Diagnostics;
using StreamBert.Streaming.State.Connection;
using StreamBert.Streaming.State.Leases;

namespace StreamBert.Streaming.State;

/// <summary>Registers the state store.</summary>
public static class StateHosting
{
    /// <summary>
    /// Adds <see cref="StateStore"/> and <see cref="StateProjection"/>, set up by the section <c>Redis</c>. May be called several times in
    /// one host.
    /// </summary>
    public static IHostApplicationBuilder AddStateStore(this IHostApplicationBuilder builder)
    {
        if (builder.Services.Any(static service => service.ServiceType == typeof(StateConnection))) return builder;
        builder.Services.AddOptions<StateOptions>().BindConfiguration(StateOptions.Section).ValidateOnStart();
        builder.Services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<StateOptions>, StateOptionsValidator>());
        builder.Services.TryAddSingleton<StateConnection>();
        builder.Services.TryAddSingleton(static services => Budget(
            services.GetRequiredService<IOptions<StateOptions>>().Value, services.GetService<TimeProvider>()
                ?? TimeProvider.System, services.GetService<Readiness>()));
        builder.Services.TryAddSingleton(static services => new StateStore(
            services.GetRequiredService<StateConnection>(), services.GetRequiredService<ReadBudget>()));
        builder.Services.TryAddSingleton(static services => new StateProjection(services.GetRequiredService<StateConnection>()));
        return builder;
    }

    private static ReadBudget Budget(StateOptions options, TimeProvider time, Readiness? readiness)
        => new(options.MaxReadBytes, options.MaxPageBytes, time, readiness);
}
