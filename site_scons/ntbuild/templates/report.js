"use strict";
// Filters rows of the matrix and images below it, and opens the image that a link leads to.
(function () {
  const form = document.getElementById("filter");
  const words = document.getElementById("filter-name");
  const findings = document.getElementById("filter-findings");
  const unproved = document.getElementById("filter-unproved");
  const count = document.getElementById("filter-count");
  const images = Array.from(document.querySelectorAll("details.image"));
  const rows = Array.from(document.querySelectorAll("table.matrix tbody tr"));

  function isShown(data) {
    return data.name.toLowerCase().includes(words.value.trim().toLowerCase())
      && (!findings.checked || data.findings === "yes")
      && (!unproved.checked || data.proved === "no");
  }

  function show() {
    for (const each of images) each.hidden = !isShown(each.dataset);
    for (const each of document.querySelectorAll("section.driver")) {
      each.hidden = !each.querySelector("details.image:not([hidden])");
    }
    for (const each of rows) each.hidden = !isShown(each.dataset);
    const shown = images.filter((each) => !each.hidden).length;
    count.textContent = `${shown} of ${images.length} images`;
  }

  function openTarget() {
    const target = document.getElementById(location.hash.slice(1));
    if (!target || !target.matches("details.image")) return;
    if (target.hidden) { form.reset(); show(); }
    target.open = true;
    target.querySelector("summary").focus();
    target.scrollIntoView();
  }

  form.hidden = false;
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("input", show);
  document.getElementById("open-all").addEventListener("click", () => {
    for (const each of images) if (!each.hidden) each.open = true;
  });
  document.getElementById("close-all").addEventListener("click", () => {
    for (const each of images) each.open = false;
  });
  // A link to the target that is shown already changes no address.
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[href^='#image']");
    if (link && link.hash === location.hash) openTarget();
  });
  window.addEventListener("hashchange", openTarget);
  show();
  openTarget();
})();
