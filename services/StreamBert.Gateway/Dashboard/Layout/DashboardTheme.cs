using MudBlazor;

namespace StreamBert.Gateway.Dashboard.Layout;

/// <summary>
/// Defines colours and fonts: one accent colour (teal), neutral greys and the fonts of the operating system. Colours that carry meaning
/// (sentiment, severity) are in <c>dashboard.css</c>; its blue and vermilion are safe for colour-blind readers.
/// </summary>
internal static class DashboardTheme
{
    private static readonly string[] Fonts = ["system-ui", "-apple-system", "Segoe UI", "Roboto", "Noto Sans", "sans-serif"];

    public static MudTheme Create() => new()
    {
        PaletteLight = CreateLightPalette(),
        PaletteDark = CreateDarkPalette(),
        Typography = new Typography
        {
            Default = new DefaultTypography { FontFamily = Fonts, FontSize = "0.875rem", LineHeight = "1.45", LetterSpacing = "normal" },
            Button = new ButtonTypography
            {
                FontFamily = Fonts,
                FontSize = "0.8125rem",
                FontWeight = "550",
                TextTransform = "none",
                LetterSpacing = "normal"
            },
        },
        LayoutProperties = new LayoutProperties { DefaultBorderRadius = "8px", AppbarHeight = "56px" },
    };

    private static PaletteLight CreateLightPalette() => new()
    {
        Primary = "#0f766e",
        Background = "#f6f6f4",
        BackgroundGray = "#efefec",
        Surface = "#ffffff",
        AppbarBackground = "#ffffff",
        AppbarText = "#1c2024",
        TextPrimary = "#1c2024",
        TextSecondary = "#5c646c",
        TextDisabled = "#8a9198",
        ActionDefault = "#5c646c",
        LinesDefault = "#e4e4e0",
        LinesInputs = "#c3c6c8",
        TableLines = "#ececea",
        TableHover = "#f3f4f2",
        Divider = "#e4e4e0",
        Success = "#0f766e",
        Warning = "#9a5b00",
        Error = "#b3261e",
        Info = "#0b67a3",
    };

    private static PaletteDark CreateDarkPalette() => new()
    {
        Primary = "#3fb8aa",
        PrimaryContrastText = "#08211e",
        Background = "#101214",
        BackgroundGray = "#0c0e0f",
        Surface = "#181b1e",
        AppbarBackground = "#181b1e",
        AppbarText = "#e6e8ea",
        TextPrimary = "#e6e8ea",
        TextSecondary = "#9ca5ad",
        TextDisabled = "#6b747c",
        ActionDefault = "#9ca5ad",
        LinesDefault = "#2a2f34",
        LinesInputs = "#454c53",
        TableLines = "#24292d",
        TableHover = "#1f2327",
        Divider = "#2a2f34",
        Success = "#3fb8aa",
        Warning = "#e0a23c",
        Error = "#f2877f",
        Info = "#62b3ea",
    };
}
