package io.balsa.it;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.interactions.Actions;
import org.openqa.selenium.logging.LogEntry;

/**
 * Chromium without a screen, as this machine has it. Without one a test is skipped and says so; with {@code
 * -Dbalsa.browser=required} it fails.
 */
final class Browser implements AutoCloseable {
    private static final Path PICTURES = Path.of("target", "screenshots");
    private static final String HINT = "; install it: apt-get install chromium chromium-driver";

    private final ChromeDriver driver;

    private Browser(ChromeDriver driver) {
        this.driver = driver;
    }

    static Browser open() {
        Optional<File> chromium = find("chromium", "google-chrome");
        Optional<File> chromedriver = find("chromedriver");
        if (chromium.isEmpty() || chromedriver.isEmpty()) {
            String missing =
                    "there is no " + (chromium.isEmpty() ? "chromium" : "chromedriver") + " on the path" + HINT;
            if (System.getProperty("balsa.browser", "").equals("required")) {
                Assertions.fail(missing);
            }
            Assumptions.abort("NOT TESTED: " + missing);
        }
        System.setProperty(
                ChromeDriverService.CHROME_DRIVER_EXE_PROPERTY,
                chromedriver.orElseThrow().getPath());
        ChromeOptions options = new ChromeOptions();
        options.setBinary(chromium.orElseThrow());
        options.addArguments("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage");
        options.addArguments("--no-first-run", "--disable-background-networking", "--window-size=1280,1400");
        options.setCapability("goog:loggingPrefs", Map.of("browser", "ALL"));
        return new Browser(new ChromeDriver(options));
    }

    private static Optional<File> find(String... names) {
        String path = System.getenv().getOrDefault("PATH", "");
        return Stream.of(names)
                .flatMap(name -> Stream.of(path.split(File.pathSeparator, -1)).map(folder -> new File(folder, name)))
                .filter(File::canExecute)
                .findFirst();
    }

    void go(String url) {
        driver.get(url);
    }

    /** light or dark. */
    void prefer(String scheme) {
        List<Map<String, String>> features = List.of(Map.of("name", "prefers-color-scheme", "value", scheme));
        driver.executeCdpCommand("Emulation.setEmulatedMedia", Map.of("features", features));
    }

    String text(String id) {
        return String.valueOf(run("return document.getElementById(arguments[0]).textContent", id));
    }

    WebElement element(String id) {
        return driver.findElement(By.id(id));
    }

    void click(String id) {
        element(id).click();
    }

    void press(Keys key) {
        new Actions(driver).sendKeys(key).perform();
    }

    Object run(String script, Object... arguments) {
        return driver.executeScript(script, arguments);
    }

    /** What the browser complains of: scripts that failed, what the policy forbids; but not of nodes that are gone. */
    List<String> complaints() {
        return driver.manage().logs().get("browser").getAll().stream()
                .map(LogEntry::getMessage)
                .filter(message -> !message.contains("Failed to load resource") && !message.contains("net::ERR"))
                .toList();
    }

    /** For people to look at. */
    void picture(String name) throws IOException {
        Files.createDirectories(PICTURES);
        Files.write(PICTURES.resolve(name + ".png"), driver.getScreenshotAs(OutputType.BYTES));
    }

    @Override
    public void close() {
        driver.quit();
    }
}
