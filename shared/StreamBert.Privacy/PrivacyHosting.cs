using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using StreamBert.Privacy.Keys;
using StreamBert.Privacy.Sealing;

namespace StreamBert.Privacy;

/// <summary>Registers redaction and the keys of subjects.</summary>
public static class PrivacyHosting
{
    /// <summary>
    /// Adds <see cref="PrivacyFilter"/> and <see cref="SubjectVault"/>, configured by the section <c>Privacy </c>. May be called several
    /// times in one host.
    /// </summary>
    public static IHostApplicationBuilder AddPrivacy(this IHostApplicationBuilder builder)
    {
        if (builder.Services.Any(static service => service.ServiceType == typeof(SubjectKeys)))
            return builder;
        builder.Services.AddOptions<SubjectKeyOptions>().BindConfiguration(SubjectKeyOptions.Section).ValidateOnStart();
        builder.Services.TryAddEnumerable(
            ServiceDescriptor.Singleton<IValidateOptions<SubjectKeyOptions>, SubjectKeyOptionsValidator>());
        builder.Services.AddSingleton<SubjectKeys>();
        builder.Services.AddSingleton<SubjectVault>();
        builder.Services.AddSingleton<PrivacyFilter>();
        builder.Services.AddHostedService<KeyHealthMonitor>();
        return builder;
    }
}
