namespace StreamBert.Gateway.Dashboard.Display;

/// <summary>The icons of the dashboard: path data in a square of 24 units, drawn as lines of 1.8 units.</summary>
internal static class Icons
{
    public const string Check = "M12 21a9 9 0 1 1 0-18 9 9 0 0 1 0 18zM8 12.5l2.8 2.8L16 9.5";
    public const string Chart = "M4 4v16h16M7.5 15l3.5-4 3 2.5L19 8";
    public const string Close = "M6 6l12 12M18 6 6 18";
    public const string Code = "M8.5 7l-5 5 5 5M15.5 7l5 5-5 5";
    public const string Compare = "M4 9h15l-4-4M20 15H5l4 4";
    public const string Critical = "M12 21a9 9 0 1 1 0-18 9 9 0 0 1 0 18zM12 7.5v6M12 16.4v.2";
    public const string DarkTheme = "M19.5 14.5A8 8 0 0 1 9.5 4.5a8 8 0 1 0 10 10z";
    public const string Inbox = "M4 13l2.5-8h11L20 13v6H4v-6h5a3 3 0 0 0 6 0h5";
    public const string LightTheme = "M12 16a4 4 0 1 1 0-8 4 4 0 0 1 0 8zM12 2.5V5M12 19v2.5M2.5 12H5M19 12h2.5"
        + "M5.3 5.3 7 7M17 17l1.7 1.7M5.3 18.7 7 17M17 7l1.7-1.7";
    public const string List = "M4 6h16M4 12h16M4 18h10";
    public const string Lock = "M6 11h12v9H6zM8.5 11V7.5a3.5 3.5 0 0 1 7 0V11";
    public const string Model = "M12 3 4 7.5v9l8 4.5 8-4.5v-9zM4 7.5l8 4.5 8-4.5M12 12v9";
    public const string Pause = "M8 5v14M16 5v14";
    public const string Resume = "M7 4.5v15l12-7.5z";
    public const string Search = "M10.5 17a6.5 6.5 0 1 1 0-13 6.5 6.5 0 0 1 0 13zM15.5 15.5 20 20";
    public const string Send = "M4 12 20 4l-5 16-4-6.5zM11 13.5 20 4";
    public const string SystemTheme = "M12 21a9 9 0 1 1 0-18 9 9 0 0 1 0 18zM12 3v18M12 7.5h7.7M12 12h9M12 16.5h7.7";
    public const string Warning = "M12 4 2.5 20h19zM12 10v4.5M12 17.2v.2";
}
