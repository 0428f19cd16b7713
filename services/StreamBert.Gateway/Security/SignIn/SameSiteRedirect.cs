using System.Text.Encodings.Web;
using StreamBert.Gateway.Localization;
using static StreamBert.Gateway.Localization.Texts;

namespace StreamBert.Gateway.Security.SignIn;

/// <summary>
/// Redirects by a page of the Gateway. A browser sends no <c>SameSite=Strict</c> cookie with a navigation that another site has started,
/// nor with its HTTP redirects; the navigation from this page belongs to the Gateway, so that the cookie is sent.
/// </summary>
internal static class SameSiteRedirect
{
    /// <summary>Whether a link of another site has led here, so that an existing cookie was omitted.</summary>
    public static bool IsNeeded(HttpRequest request)
        => HttpMethods.IsGet(request.Method) && request.Headers["Sec-Fetch-Site"] == "cross-site";

    public static Task WriteAsync(HttpContext context, string path)
    {
        var target = HtmlEncoder.Default.Encode(path);
        context.Response.ContentType = "text/html; charset=utf-8";
        context.Response.Headers.CacheControl = "no-store";
        return context.Response.WriteAsync(
            $"<!DOCTYPE html><html lang=\"{ReaderLanguage.Tag}\"><title>StreamBert</title>"
                + $"<meta http-equiv=\"refresh\" content=\"0;url={target}\"><a href=\"{target}\">{L["Continue"]}</a></html>");
    }
}
