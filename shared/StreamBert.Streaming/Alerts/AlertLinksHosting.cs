using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace StreamBert.Streaming.Alerts;

/// <summary>Registers <see cref="AlertLinks"/>.</summary>
public static class AlertLinksHosting
{
    /// <summary>Adds the links to alerts. It may be called several times in one host.</summary>
    public static void AddAlertLinks(this IHostApplicationBuilder builder)
    {
        builder.Services.AddOptions<AlertLinkOptions>().BindConfiguration(AlertLinkOptions.Section).ValidateOnStart();
        builder.Services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<AlertLinkOptions>, AlertLinkOptionsValidator>());
        builder.Services.TryAddSingleton<AlertLinks>();
    }
}

[OptionsValidator]
internal sealed partial class AlertLinkOptionsValidator : IValidateOptions<AlertLinkOptions>;
