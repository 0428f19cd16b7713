using System.Globalization;
using Microsoft.AspNetCore.Localization;
using StreamBert.Gateway.Http.Problems;

namespace StreamBert.Gateway.Localization;

/// <summary>Selects the language of pages: the one chosen in the header, else the first of the browser that there are texts in.</summary>
internal static class ReaderLanguage
{
    public const string English = "en", Chinese = "zh";

    public static bool IsChinese => CultureInfo.CurrentUICulture.Name.StartsWith(Chinese, StringComparison.Ordinal);

    /// <summary>The language as an HTML document names it.</summary>
    public static string Tag => IsChinese ? "zh-CN" : English;

    /// <summary>Sets the UI culture of requests for pages. Responses of the API are English; numbers have one format.</summary>
    public static WebApplication UseReaderLanguage(this WebApplication app)
    {
        var options = new RequestLocalizationOptions
        {
            DefaultRequestCulture = new("", English),
            SupportedCultures = [CultureInfo.InvariantCulture],
            SupportedUICultures = [new(English), new(Chinese)],
            RequestCultureProviders = [new CookieRequestCultureProvider(), new CustomRequestCultureProvider(Find)],
        };
        app.UseWhen(static context => !ProblemResponses.IsApi(context), pages => pages.UseRequestLocalization(options));
        return app;
    }

    /// <summary>Finds the language that the browser prefers; its region and script do not matter.</summary>
    private static Task<ProviderCultureResult?> Find(HttpContext context)
    {
        var language = context.Request.GetTypedHeaders().AcceptLanguage.OrderByDescending(static language => language.Quality ?? 1)
            .Select(static language => language.Value.ToString().Split('-')[0].ToLowerInvariant())
            .FirstOrDefault(static language => language is English or Chinese);
        return Task.FromResult(language is null ? null : new ProviderCultureResult(language));
    }
}
